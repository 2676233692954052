import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { activityLane, type Heard, writeHeard } from './write.ts'

/** Notes that systems read or were refused; stored every few seconds, so that it costs a request nothing. */
export interface ActivityNotes {
  /** Only for systems whose signature was verified. */
  note(system: string, what: 'read' | 'refused'): void
  /** Stores what was noted. Never rejects: what cannot be stored stays noted. */
  flush(): Promise<void>
}

export interface ActivityNotesOptions {
  readonly store: Store
  readonly logger: Logger
  readonly now: () => number
}

const flushMs = 5000

export function createActivityNotes({ store, logger, now }: ActivityNotesOptions): ActivityNotes {
  let noted = new Map<string, Heard>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    const some = noted
    if (some.size === 0) return
    noted = new Map()
    try {
      await store.transaction((transaction) => writeHeard(transaction, some), activityLane)
    } catch (error) {
      for (const [system, heard] of some) noted.set(system, { ...heard, ...noted.get(system) })
      logger.warn({ err: error }, 'which systems were active is not stored yet; see err; retrying')
      schedule()
    }
  }

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  const schedule = (): void => {
    timer ??= setTimeout(flush, flushMs).unref()
  }

  return {
    note(system, what) {
      const at = now()
      noted.set(system, { ...noted.get(system), ...(what === 'read' ? { readAt: at } : { refusedAt: at }) })
      schedule()
    },
    flush
  }
}
