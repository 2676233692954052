import type { Archive } from '#bus/archive/archive.ts'
import type { Store } from '#engines/store/store.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { FlowTables } from './flow-tables.ts'
import { liveIn } from './generations.ts'

/** What is in the archive and not in the view, whichever process keeps it. */
export interface FlowsLag {
  readonly events: number
  /** Time since the first of these events was accepted. */
  readonly seconds: number
}

export interface FlowsLagOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'last' | 'headsAfter'>
  readonly now: () => number
}

export async function flowsLag({ store, archive, now }: FlowsLagOptions): Promise<FlowsLag> {
  const { position } = await liveIn(store.reader<FlowTables>())
  const [first] = await archive.headsAfter(position, 1)
  if (!first) return { events: 0, seconds: 0 }
  const last = await archive.last()
  const seconds = Math.max(0, (now() - instantMs(first.recordedTime)) / 1000)
  return { events: (last?.number ?? position) - position, seconds }
}
