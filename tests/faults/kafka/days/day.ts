import type { RunOptions } from '../../run.ts'
import type { CheckedLoad } from '../checked-load.ts'
import type { ServersOptions } from '../servers.ts'
import type { Stage } from '../stage.ts'

/** A bad day of the brokers. */
export interface Day {
  /** What this day does to the machine: it is run where nobody else sees that. */
  readonly needs?: 'network' | 'mount' | 'faketime'
  /** How the servers of this day are started. */
  readonly serversIn?: (folder: string) => ServersOptions
  /** What the bus must have said of it by the time that is over: in `/readyz`, `/alerts` or a log from `warn` on. */
  readonly says: readonly RegExp[]
  /** Brings it about under load and ends it; resolves once the bus is to be as before. */
  readonly happens: (on: DayStage) => Promise<DayResult>
}

export interface DayStage extends Stage, CheckedLoad, Pick<RunOptions, 'folder' | 'tell'> {
  /** How long each thing lasts, milliseconds. */
  readonly lastsMs: number
  /** Waits until an event of each partition is acknowledged; gives how many milliseconds that took. */
  readonly allPartitions: () => Promise<number>
}

export interface DayResult {
  /** What was done and seen, beside what every day measures. */
  readonly done: string
  readonly problems?: readonly string[]
  /** Longest time that no event of a partition may go unacknowledged, milliseconds; by default 5 s. */
  readonly standstillMs?: number
  /** Accepted events that the bus said it had lost with a topic, and that were sent again: their order is not what it was. */
  readonly sentAgain?: ReadonlySet<string>
  /** The topic was made anew: what is not in it may be in the inboxes. */
  readonly isTopicNew?: boolean
}
