import type { Store } from '#engines/store/store.ts'
import type { Paused } from './authorization.ts'
import { type DesiredState, pausedInstances } from './instance-rows.ts'

/** Which instances somebody paused. */
export interface Pauses {
  /** As of the last refresh. */
  readonly of: (instance: string) => Paused | undefined
  refresh(): Promise<void>
  /** Takes what was read with an instance's row: it may have got its name since the last refresh. */
  readonly learn: (row: DesiredState) => void
}

export function createPauses(store: Store): Pauses {
  let known: ReadonlyMap<string, Paused> = new Map()
  /** What was learned since the last refresh began: what it reads may be older. */
  let learned: readonly DesiredState[] = []
  return {
    of: (instance) => known.get(instance),
    async refresh() {
      learned = []
      const rows = await pausedInstances(store)
      known = pausesOf([...rows, ...learned])
    },
    learn(row) {
      if (row.desired !== 'paused') return
      learned = [...learned, row]
      known = new Map([...known, ...pausesOf([row])])
    }
  }
}

function pausesOf(rows: readonly DesiredState[]): ReadonlyMap<string, Paused> {
  return new Map(rows.map((row) => [row.instance, pausedBy(row)]))
}

export function pausedBy({ desiredBy, desiredReason, desiredAt }: DesiredState): Paused {
  const reason = desiredReason ?? 'paused by an operator or the agency'
  const since = new Date(desiredAt ?? 0).toISOString()
  return { cause: `desired ${desiredAt}`, reason, since, by: desiredBy ?? undefined }
}
