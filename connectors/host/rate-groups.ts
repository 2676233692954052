import { createHash, randomUUID } from 'node:crypto'
import {
  type ChannelGuard,
  keepLeases,
  type Leases,
  ownsEveryChannel,
  type RunningChannel
} from '#bus/leases/leases.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { CheckedInstance, CheckedInstances } from './check-instances.ts'
import type { HostParts } from './host-parts.ts'
import type { InstanceGuard } from './hosted-instance.ts'
import { checkRunBy } from './instance-rows.ts'

/** Which rate groups this process runs. */
export interface RateGroups {
  /** Groups that another process runs with other settings. */
  differing(): readonly string[]
  /** Stops these groups, and starts those that still exist with the settings of now. */
  restart(groups: readonly string[]): void
  close(): Promise<void>
}

/** What a process may do with the instances of a rate group that it runs. */
export interface Ownership {
  readonly guard: InstanceGuard
  /** The part of the guard that looks at the lease alone. */
  readonly guardGroup: ChannelGuard
  /** Whether no other process runs a rate group. */
  readonly isFree: Leases['isFree']
}

export interface RateGroupsOptions {
  readonly parts: Pick<HostParts, 'store' | 'logger'>
  /** The instances of now. */
  readonly instances: () => CheckedInstances
  /** Whether other processes may run the same groups. */
  readonly areShared: boolean
  readonly run: (group: string, ownership: Ownership) => Promise<RunningChannel>
}

/** Runs the groups, or those whose leases this process holds. */
export function runRateGroups({ parts, instances, areShared, run }: RateGroupsOptions): RateGroups {
  const groups = (): readonly string[] => [...new Set(instances().valid.map(({ rateGroup }) => rateGroup))]
  if (!areShared) return ownEvery(groups, (group) => run(group, ownsAll))
  const leases = keepLeases({
    ...parts,
    owner: randomUUID(),
    channels: groups,
    termsOf: (group) => termsOf(membersOf(instances(), group)),
    run: (group) => run(group, ownership)
  })
  const ownership: Ownership = {
    guard: async (transaction, { name, rateGroup }) => {
      await pipeline([leases.guard(transaction, rateGroup), checkRunBy(transaction, name, rateGroup)])
    },
    guardGroup: leases.guard,
    isFree: leases.isFree
  }
  return leases
}

const ownsAll: Ownership = {
  guard: async () => {},
  guardGroup: ownsEveryChannel,
  isFree: async () => true
}

/** For a process that shares its store with none. */
function ownEvery(
  groups: () => readonly string[],
  run: (group: string) => Promise<RunningChannel>
): RateGroups {
  const all = new Map<string, Promise<RunningChannel | undefined>>()
  const begin = async (group: string, before: Promise<RunningChannel | undefined> | undefined) => {
    await (await before)?.close()
    return groups().includes(group) ? run(group) : undefined
  }
  const restart = (changed: readonly string[]): void => {
    for (const group of changed) all.set(group, begin(group, all.get(group)))
  }
  restart(groups())
  return {
    differing: () => [],
    restart,
    async close() {
      await Promise.all(Array.from(all.values(), async (one) => (await one)?.close()))
    }
  }
}

export function membersOf({ valid }: CheckedInstances, group: string): readonly CheckedInstance[] {
  return valid.filter(({ rateGroup }) => rateGroup === group)
}

/** Groups of which an instance has come, gone or changed. */
export function changedGroups(before: CheckedInstances, after: CheckedInstances): readonly string[] {
  const groups = new Set([...before.valid, ...after.valid].map(({ rateGroup }) => rateGroup))
  return [...groups].filter(
    (group) => settingsOf(membersOf(before, group)) !== settingsOf(membersOf(after, group))
  )
}

/**
 * A short hash of the settings of a rate group. Secrets are among them: it is too short to confirm a guess, and long
 * enough to show a difference.
 */
function termsOf(members: readonly CheckedInstance[]): string {
  return createHash('sha256').update(settingsOf(members)).digest('hex').slice(0, 4)
}

function settingsOf(members: readonly CheckedInstance[]): string {
  return JSON.stringify(members.map(({ definition: _definition, ...settings }) => settings))
}
