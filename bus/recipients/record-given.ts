import type { Logger } from '#engines/telemetry/logger.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { RecipientStatuses } from './recipient-statuses.ts'

/** A system that read events. */
interface SystemThatReads {
  readonly agency: string
  readonly system: string
}

/**
 * Records in the background that events were delivered to readers, so that neither a reader nor a publisher
 * waits for it. If the process dies before that, the reader's cursor still records its page.
 */
export interface GivenRecorder {
  /** Resolves when another page may be given: at once, unless the store is unavailable or far behind. */
  room(signal: AbortSignal): Promise<void>
  /** To be called when events (archive numbers) are about to be written to a reader. */
  add(reader: SystemThatReads, events: readonly number[]): void
  /** Records what is left. Gives up if the store is unavailable. */
  close(): Promise<void>
}

export interface GivenRecorderOptions {
  readonly recipientStatuses: Pick<RecipientStatuses, 'markDelivered'>
  readonly logger: Logger
  /** How many events may wait to be recorded before `room` waits. */
  readonly maxWaiting?: number
}

const recordedAtOnce = 500
/** A reader that presents its cursor at once records its page itself: waiting saves a second look at most pages. */
const lingerMs = 100
const retryMs = 1000
const lookMs = 100

export function createGivenRecorder(options: GivenRecorderOptions): GivenRecorder {
  const { recipientStatuses, logger, maxWaiting = 100_000 } = options
  /** By reader. Events that are given again before they are recorded count once. */
  const waiting = new Map<string, { readonly reader: SystemThatReads; readonly events: Set<number> }>()
  let count = 0
  const closing = new AbortController()
  let running: Promise<void> | undefined

  const put = ({ agency, system }: SystemThatReads, events: readonly number[]): void => {
    const key = `${agency} ${system}`
    const known = waiting.get(key) ?? { reader: { agency, system }, events: new Set() }
    count -= known.events.size
    for (const event of events) known.events.add(event)
    count += known.events.size
    waiting.set(key, known)
  }

  /** Events of the reader that has waited longest. */
  const takeSome = ():
    | { readonly reader: SystemThatReads; readonly events: readonly number[] }
    | undefined => {
    const [first] = waiting
    if (!first) return undefined
    const [key, { reader, events }] = first
    const some = [...events.values().take(recordedAtOnce)]
    for (const event of some) events.delete(event)
    count -= some.length
    waiting.delete(key)
    if (events.size > 0) waiting.set(key, { reader, events }) // After the other readers.
    return { reader, events: some }
  }

  const run = async (): Promise<void> => {
    await pause(lingerMs, closing)
    for (let some = takeSome(); some; some = takeSome()) {
      try {
        await recipientStatuses.markDelivered(some.reader, some.events)
      } catch (error) {
        put(some.reader, some.events)
        logger.warn(
          { err: error },
          'events that readers received are not recorded as delivered yet; see err; retrying in 1 s'
        )
        if (closing.signal.aborted) return
        await pause(retryMs, closing)
      }
    }
    running = undefined
  }

  return {
    async room(signal) {
      while (count >= maxWaiting && !signal.aborted) await pause(lookMs, { signal })
    },

    add(reader, events) {
      if (events.length === 0) return
      put(reader, events)
      running ??= run()
    },

    async close() {
      closing.abort()
      await running
    }
  }
}
