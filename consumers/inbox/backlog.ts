import { setTimeout as wait } from 'node:timers/promises'
import type { Control } from '#bus/control/control.ts'
import { grantStands } from '#bus/policy/visibility.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import type { InboxTables } from './inbox-tables.ts'

/** What an agency was not given yet, of what it may read now. */
export interface AgencyBacklog {
  readonly agency: string
  /** Inbox entries. Of more than 500 after the oldest, those beyond are counted without looking. */
  readonly undelivered: number
  /** When the oldest was recorded, in milliseconds since the epoch. */
  readonly oldestAt: number
}

export interface Backlogs {
  /** Agencies that have a backlog, the one with the oldest entry first; as found by the last look at each. */
  current(): readonly AgencyBacklog[]
  close(): Promise<void>
}

export interface BacklogOptions {
  readonly store: Store
  readonly control: Pick<Control, 'state'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'given'>
  readonly logger: Logger
  readonly now: () => number
  readonly everyMs?: number
}

/** Entries looked at in one go: about a millisecond. */
const windowSize = 500
/** After work of so long, the loop waits nine times as long, so that it takes a tenth of a core at most. */
const restAfterMs = 5

/** Looks at the inboxes again and again, a few milliseconds at a time, and remembers what is undelivered. */
export function watchBacklogs(options: BacklogOptions): Backlogs {
  const { store, control, recipientStatuses, logger, now, everyMs = 5000 } = options
  const closing = new AbortController()
  const backlogs = new Map<string, AgencyBacklog>()
  /** By agency: all entries up to this number were given, have ended or are withheld. */
  const passed = new Map<string, number>()
  let worked = 0

  /** Whether the agency may be looked at no more in this round. */
  const look = async (agency: string, last: number): Promise<boolean> => {
    const after = passed.get(agency) ?? 0
    const rows = await store
      .reader<InboxTables>()
      .selectFrom('inboxEntries')
      .select(['agency', 'number', 'event', 'type', 'agreement', 'recordedAt'])
      .where('agency', '=', agency)
      .where('number', '>', after)
      .where('ended', '=', 0)
      .orderBy('number')
      .limit(windowSize)
      .execute()
    const given = await recipientStatuses.given(
      agency,
      rows.map(({ event }) => event)
    )
    const at = { act: control.state.lastAct, at: now() }
    const open = rows.filter((row) => !given.has(row.event) && grantStands(control.state, row, at))
    const [oldest] = open
    const seen = rows.length < windowSize ? last : Number(rows.at(-1)?.number)
    if (oldest) {
      const undelivered = open.length + Math.max(0, last - seen)
      backlogs.set(agency, { agency, undelivered, oldestAt: Number(oldest.recordedAt) })
      passed.set(agency, Number(oldest.number) - 1)
      return true
    }
    passed.set(agency, Math.max(after, seen))
    if (seen >= last) backlogs.delete(agency)
    return seen >= last
  }

  const rest = async (): Promise<void> => {
    if (worked < restAfterMs) return
    const ms = worked * 9
    worked = 0
    await wait(ms, undefined, { signal: closing.signal, ref: false })
  }

  const lookAtAll = async (): Promise<void> => {
    const counters = await store.reader<InboxTables>().selectFrom('inboxCounters').selectAll().execute()
    for (const { agency, last } of counters) {
      const isOpen = control.state.agencies.get(agency)?.open.to === undefined
      if (!isOpen) backlogs.delete(agency) // Nobody reads it any more.
      if (!isOpen || (Number(last) === passed.get(agency) && !backlogs.has(agency))) continue
      for (let isDone = false; !isDone; ) {
        const startedAt = performance.now()
        isDone = await look(agency, Number(last))
        worked += performance.now() - startedAt
        await rest()
      }
    }
  }

  const run = async (): Promise<void> => {
    const problems = createProblemLog(
      logger,
      {
        begins: 'the backlog of agencies is not measured: the store failed; see err; retrying',
        ends: 'the backlog of agencies is measured again'
      },
      now
    )
    while (!closing.signal.aborted) {
      try {
        await lookAtAll()
        problems.end()
      } catch (error) {
        if (!closing.signal.aborted) problems.report(error)
      }
      await wait(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {}) // It is being closed.
    }
  }
  const running = run()

  return {
    current: () => [...backlogs.values()].sort((one, other) => one.oldestAt - other.oldestAt),
    async close() {
      closing.abort()
      await running
    }
  }
}
