import type { Store } from '#engines/store/store.ts'
import type { Paused } from './authorization.ts'
import { type DesiredState, pausedInstances } from './instance-rows.ts'

/** Which instances somebody paused. */
export interface Pauses {
  /** As of the last refresh. */
  readonly of: (instance: string) => Paused | undefined
  refresh(): Promise<void>
}

export function createPauses(store: Store): Pauses {
  let known: ReadonlyMap<string, Paused> = new Map()
  return {
    of: (instance) => known.get(instance),
    async refresh() {
      const rows = await pausedInstances(store)
      known = new Map(rows.map((row) => [row.instance, pausedBy(row)]))
    }
  }
}

export function pausedBy({ desiredBy, desiredReason, desiredAt }: DesiredState): Paused {
  const reason = desiredReason ?? 'paused by an operator or the agency'
  const since = new Date(desiredAt ?? 0).toISOString()
  return { cause: `desired ${desiredAt}`, reason, since, by: desiredBy ?? undefined }
}
