import { randomUUID } from 'node:crypto'
import { keepLeases } from '#bus/leases/leases.ts'
import { relaySteps } from '#bus/recipients/relay-steps.ts'
import { followArchive } from '#consumers/activity/follow-archive.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { reinstateResumed, watchResumptions } from '#consumers/inbox/reinstate.ts'
import { runSlices } from '#consumers/inbox/run-slices.ts'
import { startProjector } from '#consumers/projector/projector.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Core } from './core.ts'
import { startSweeps } from './start-sweeps.ts'

export interface ConsumersOptions {
  readonly core: Core
  readonly logger: Logger
}

export interface RunningConsumers {
  /** Why the projector is stopped, or what comes after it; undefined while both run. */
  problem(): string | undefined
  /** What the projector left behind; undefined where it took everything. */
  warning(): string | undefined
  close(): Promise<void>
}

/** Runs the projector, the relay of delivery steps and the sweeps. */
export async function startConsumers({ core, logger }: ConsumersOptions): Promise<RunningConsumers> {
  const { expiryAndRecall } = core
  await reinstateResumed(core)
  watchResumptions({ ...core, logger })
  const projector = await startProjector({
    ...core,
    beginApplying: async (transaction, agencies) => {
      const applyToInboxes = await beginApplyingToInboxes(transaction, agencies)
      return async (events) => {
        const touched = await applyToInboxes(events)
        await expiryAndRecall.noteRecalls(transaction, events)
        return touched
      }
    },
    logger
  })
  const slices = runSlices({ ...core, logger })
  const stopSweeps = startSweeps({ ...core, logger })
  const published = followArchive({ ...core, logger })
  const relay = startRelay({ core, logger })
  return {
    problem: () => projector.problem() ?? slices.problem(),
    warning: projector.warning,
    async close() {
      stopSweeps()
      await relay.close()
      await published.close()
      await projector.close()
      await slices.close()
    }
  }
}

/** If processes share the store, only one relays at a time, so that steps keep their order. */
function startRelay({ core, logger }: ConsumersOptions): { close(): Promise<void> } {
  const { store, append, areShared } = core
  const run = () => relaySteps({ store, topic: activityTopic, append, logger })
  if (!areShared) return run()
  return keepLeases({
    store,
    owner: randomUUID(),
    channels: () => ['/bus/recipientStatuses'],
    run: async () => run(),
    logger
  })
}
