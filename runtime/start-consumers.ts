import { randomUUID } from 'node:crypto'
import { keepLeases, type RunningChannel } from '#bus/leases/leases.ts'
import { relaySteps } from '#bus/recipients/relay-steps.ts'
import { followArchive } from '#consumers/activity/follow-archive.ts'
import { checkFlowsConfig } from '#consumers/flows/check-config.ts'
import type { FlowsConfig } from '#consumers/flows/flows-config.ts'
import { followFlows } from '#consumers/flows/follow.ts'
import { gatherBatches } from '#consumers/flows/gather.ts'
import { createPayloadReaders } from '#consumers/flows/payload-reader.ts'
import { createBeginAdding } from '#consumers/inbox/begin-adding.ts'
import { createEntering } from '#consumers/inbox/enter-events.ts'
import { reinstateResumed, watchResumptions } from '#consumers/inbox/reinstate.ts'
import { runSlices } from '#consumers/inbox/run-slices.ts'
import { startProjector } from '#consumers/projector/projector.ts'
import { openQuarantine } from '#consumers/projector/quarantine.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Core } from './core.ts'
import { startSweeps } from './start-sweeps.ts'

export interface ConsumersOptions {
  readonly core: Core
  readonly flows: FlowsConfig
  readonly logger: Logger
}

export interface RunningConsumers {
  /** Why the projector is stopped, or what comes after it; undefined while both run. */
  problem(): string | undefined
  /** Accepted events in quarantine, in words for an operator; undefined if there are none. */
  warning(): string | undefined
  /** Why the view of flows is stopped; undefined while it runs, or another process keeps it. */
  flowsProblem(): string | undefined
  close(): Promise<void>
}

/** Runs the projector, the view of flows, the relay of delivery steps and the sweeps. */
export async function startConsumers({ core, flows, logger }: ConsumersOptions): Promise<RunningConsumers> {
  checkFlowsConfig(flows)
  await reinstateResumed(core)
  watchResumptions({ ...core, logger })
  const readers = createPayloadReaders(core.eventTypes)
  const justProjected = gatherBatches({ readers, hours: flows })
  const quarantine = await openQuarantine({ ...core, logger })
  const projector = startProjector({
    ...core,
    beginAdding: createBeginAdding(core.archiveForm),
    justProjected,
    quarantine,
    logger
  })
  core.archiveLog?.enterWith(createEntering({ ...core, justProjected, reached: projector.reached }))
  const slices = runSlices({ ...core, quarantine, logger })
  const stopSweeps = startSweeps({ ...core, logger })
  const published = followArchive({ ...core, logger })
  const alone = startAlone(core, logger, {
    '/bus/flows': () => followFlows({ ...core, readers, hours: flows, justProjected, logger }),
    // On one machine publishers wait while many are written.
    '/bus/recipientStatuses': () =>
      relaySteps({
        ...core,
        topic: activityTopic,
        ...(core.workingStore && { lookAgainMs: 100 }),
        logger
      })
  })
  return {
    problem: () => projector.problem() ?? slices.problem(),
    warning: quarantine.warning,
    flowsProblem: alone.problem,
    async close() {
      stopSweeps()
      await alone.close()
      await published.close()
      await projector.close()
      await slices.close()
    }
  }
}

interface Work extends RunningChannel {
  problem?(): string | undefined
}

/** Starts work, by name, that is done by one process at a time, of those that share the store. */
function startAlone(
  { store, areShared }: Core,
  logger: Logger,
  starts: Readonly<Record<string, () => Work>>
): Required<Work> {
  const running = new Map<string, Work>()
  const run = (name: string): Work => {
    const work = starts[name]?.()
    if (!work) throw new TypeError(`no such work: ${name}`)
    running.set(name, work)
    return {
      async close() {
        await work.close()
        running.delete(name)
      }
    }
  }
  const names = Object.keys(starts)
  const problem = () => [...running.values()].flatMap((work) => work.problem?.() ?? [])[0]
  if (!areShared) {
    const all = names.map(run)
    return {
      problem,
      async close() {
        for (const work of all) await work.close()
      }
    }
  }
  const leases = keepLeases({
    store,
    owner: randomUUID(),
    channels: () => names,
    run: async (name) => run(name),
    logger
  })
  return { problem, close: () => leases.close() }
}
