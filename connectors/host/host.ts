import type { RunningChannel } from '#bus/leases/leases.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { CheckedInstance, CheckedInstances } from './check-instances.ts'
import { measureInstances } from './control/measure-instances.ts'
import { createActPerformer, type PerformActsOptions } from './control/perform-acts.ts'
import { createInstanceReads } from './control/read-instances.ts'
import { createStatusWriter } from './control/write-statuses.ts'
import { connectorsChanged, type HostParts } from './host-parts.ts'
import { createRecordAnswers } from './inbound/answers.ts'
import { itemsOf } from './inbound/run-inbound.ts'
import { createInboundThrottles } from './inbound-throttle.ts'
import { instancesToPublish } from './instance-rows.ts'
import { type InstanceStatus, statusOf } from './instance-status.ts'
import { currentNames, type RemovedInstance, removedInstances, removedText } from './open-work.ts'
import { createOutboundOptions } from './outbound-of.ts'
import { pauseRestored } from './pause-restored.ts'
import { createPauses } from './pauses.ts'
import { changedGroups, membersOf, type Ownership, runRateGroups } from './rate-groups.ts'
import { type RunningInstance, runInstance } from './run-instance.ts'

export interface HostOptions {
  readonly parts: HostParts
  readonly instances: CheckedInstances
  /** Whether other processes may run the same instances. */
  readonly areShared: boolean
}

export interface RunningHost {
  /** The instances that this process runs, and those that cannot run. */
  statuses(): readonly InstanceStatus[]
  /** An instance that this process runs. */
  find(name: string): RunningInstance | undefined
  /** Sets the metrics of the instances that this process runs. Never rejects. */
  readonly refreshMetrics: () => Promise<void>
  /** Takes other settings into use. Instances whose rate group is as it was go on undisturbed. */
  reload(instances: CheckedInstances): void
  close(): Promise<void>
}

/** What somebody changed, or another process stored, is noticed at least this often: one look for all instances. */
const lookMs = 1000
/** The same where there is no instance. */
const idleLookMs = 60_000
/** How often it is looked for instances that are no longer in the settings. */
const removedMs = 60_000

/** Runs the instances, or those whose leases this process holds. Returns at once; no outside is waited for. */
export function startHost({ parts, instances: first, areShared }: HostOptions): RunningHost {
  const { store, signals, metrics, logger, now, steadyNow } = parts
  let instances = first
  let configuredAt = now()
  const stop = new AbortController()
  const running = new Map<string, RunningInstance>()
  /** How an instance of this process is started, and the guard of its lease. */
  const starts = new Map<string, { start(): void; guard(transaction: StoreTransaction): Promise<void> }>()
  /** By instance: resolves when the rate group that runs it has ended. */
  const occupied = new Map<string, Promise<void>>()
  let removed: readonly RemovedInstance[] = []
  let removedAt = Number.NEGATIVE_INFINITY
  /** Instances that a reload has taken away, and whose status is still stored. */
  let gone: readonly string[] = []
  const pauses = createPauses(store)
  const wakes = createSignals()
  const throttles = createInboundThrottles()
  /** Resolves once it is known whether a backup was restored, and the instances are paused if so. */
  const lookedBack = Promise.withResolvers<void>()

  /** The members of a group, once none of them runs any more in another group or under a former name. */
  const freeMembers = async (group: string): Promise<readonly CheckedInstance[]> => {
    for (;;) {
      const members = membersOf(instances, group)
      const names = members.flatMap(({ name, formerNames }) => [name, ...formerNames])
      const before = names.flatMap((name) => occupied.get(name) ?? [])
      if (before.length === 0) return members
      await Promise.all(before)
    }
  }

  const runGroup = async (group: string, ownership: Ownership): Promise<RunningChannel> => {
    const { guard } = ownership
    await lookedBack.promise
    const members = await freeMembers(group)
    const outbound = createOutboundOptions({ parts, instances, guard, areShared })
    const inbound = { ...parts, guard, recordAnswers: createRecordAnswers(parts) }
    const end = Promise.withResolvers<void>()
    for (const { name } of members) occupied.set(name, end.promise)
    const options = {
      parts,
      outbound,
      inbound,
      wakes,
      throttles,
      configuredAt,
      pauses,
      beginner: { ...ownership, members: members.map(({ name }) => name) }
    }
    for (const one of members) {
      const start = (): void => void running.set(one.name, runInstance(one, options))
      starts.set(one.name, { start, guard: (transaction) => guard(transaction, one) })
      start()
    }
    return {
      async close() {
        for (const { name } of members) starts.delete(name)
        await Promise.all(members.map(({ name }) => running.get(name)?.close()))
        for (const { name } of members) {
          running.delete(name)
          occupied.delete(name)
        }
        end.resolve()
      }
    }
  }

  const restart: PerformActsOptions['restart'] = async (name, meanwhile) => {
    const known = starts.get(name)
    if (!known) throw leaseLost(name)
    try {
      await running.get(name)?.close()
      if (starts.get(name) !== known) throw leaseLost(name) // Its group was started anew meanwhile.
      if (meanwhile) {
        await store.transaction(async (transaction) => {
          await known.guard(transaction)
          await meanwhile(transaction)
        })
      }
    } finally {
      if (starts.get(name) === known) known.start() // Whatever failed: nothing else would start it.
    }
  }

  const guardAct: PerformActsOptions['guard'] = async (transaction, name) => {
    const known = starts.get(name)
    if (!known) throw leaseLost(name)
    await known.guard(transaction)
  }

  const statuses = (): readonly InstanceStatus[] => [
    ...[...running.values()].map((one) => one.status()),
    ...instances.misconfigured.map(({ name, kind, problems }) => ({
      ...{ name, kind },
      ...statusOf({ startedAt: configuredAt, misconfigured: problems.join('; ') })
    })),
    ...instances.valid
      .filter(({ rateGroup }) => groups.differing().includes(rateGroup))
      .map(({ name, kind }) => ({
        ...{ name, kind },
        ...statusOf({ startedAt: configuredAt, misconfigured: otherSettings })
      })),
    ...removed.map((one) => ({
      ...{ name: one.name, kind: 'unknown' },
      ...statusOf({ startedAt: configuredAt, misconfigured: removedText(one) })
    }))
  ]

  const reads = createInstanceReads(store, now)
  const statusWriter = createStatusWriter({
    ...{ store, now },
    instances: () => instances.valid,
    // What no other process can run is told by this one.
    isHeld: (name) => running.has(name) || !areShared
  })
  const acts = createActPerformer({
    ...{ store, signals, now, running, restart, guard: guardAct },
    misconfigured: () =>
      new Map(
        instances.misconfigured
          .filter(({ name }) => statusWriter.isSeen(name)) // Another process may run it well.
          .map(({ name, problems }) => [name, problems.join('; ')])
      )
  })

  const lookAtRemoved = async (): Promise<void> => {
    const leaving = gone
    if (leaving.length > 0) await statusWriter.forget(leaving)
    gone = gone.filter((name) => !leaving.includes(name))
    if (steadyNow() - removedAt < removedMs) return
    const known = instances
    removed = await removedInstances(store, known)
    await statusWriter.forgetLost(currentNames(known).union(new Set(removed.map(({ name }) => name))))
    if (known === instances) removedAt = steadyNow() // Otherwise a reload came between.
  }

  const look = async (): Promise<void> => {
    await pauses.refresh()
    await lookAtRemoved()
    const found = statuses()
    await statusWriter.write(found)
    await acts.look()
    wakes.notify((await instancesToPublish(store)).filter((name) => running.has(name)).map(itemsOf))
    metrics.connectorUp.reset()
    for (const { name, state } of found) {
      metrics.connectorUp.set({ instance: name }, state === 'running' ? 1 : 0)
    }
  }

  const keepLooking = async (): Promise<void> => {
    const problems = createProblemLog(
      logger,
      {
        begins: 'changes to connectors are not noticed: the store failed; see err; retrying every second',
        ends: 'changes to connectors are noticed again'
      },
      now
    )
    let isBegun = false
    while (!stop.signal.aborted) {
      const seen = signals.count(connectorsChanged)
      try {
        if (!isBegun) {
          await pauseRestored(store, instances.valid, { epoch: parts.epoch, at: now() })
          lookedBack.resolve()
          isBegun = true
        }
        await look()
        problems.end()
      } catch (error) {
        problems.report(error)
      }
      const isIdle = instances.valid.length + instances.misconfigured.length === 0
      await signals.wait(connectorsChanged, seen, isIdle ? idleLookMs : lookMs, stop.signal)
    }
    lookedBack.resolve() // If it was never known, nothing runs.
  }
  const looking = keepLooking()

  reportMisconfigured(instances, logger)
  const groups = runRateGroups({ parts, instances: () => instances, areShared, run: runGroup })
  return {
    statuses,
    find: (name) => running.get(name),
    refreshMetrics: () =>
      measureInstances(new Set(running.keys()), reads, parts).catch((error: unknown) =>
        logger.warn({ err: error }, 'metrics of connectors are not given: the store failed; see err')
      ),
    reload(next) {
      const changed = changedGroups(instances, next)
      gone = [...currentNames(instances).difference(currentNames(next))]
      instances = next
      configuredAt = now()
      removedAt = Number.NEGATIVE_INFINITY
      reportMisconfigured(instances, logger)
      groups.restart(changed)
      for (const one of running.values()) void one.opened()?.instance.authorization.readKeysAgain()
      signals.notify([connectorsChanged])
    },
    async close() {
      stop.abort()
      await looking
      await groups.close()
    }
  }
}

function leaseLost(channel: string): BusError {
  return new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel } })
}

const otherSettings =
  'another process runs it with other settings: give all processes the same settings, then restart them'

/** Tells the faults of all instances together. */
function reportMisconfigured({ misconfigured }: CheckedInstances, logger: HostParts['logger']): void {
  if (misconfigured.length === 0) return
  const problems = misconfigured.flatMap((one) => one.problems.map((problem) => `${one.name}: ${problem}`))
  logger.error(
    { problems: [...new Set(problems)] },
    'connectors do not run: their settings are wrong; see problems; the others run'
  )
}
