import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { CheckedInstances } from '../check-instances.ts'
import { connectorsChanged } from '../host-parts.ts'
import { shownReason } from '../shown-reason.ts'
import { type ConnectorControlTables, everyInstance } from './control-tables.ts'

export interface FollowReloadsOptions {
  readonly store: Store
  readonly signals: Signals
  readonly logger: Logger
  readonly now: () => number
  /** Whether other processes may record a reload: it does not signal those. */
  readonly areShared: boolean
  /** Reads the settings of all instances again. */
  readonly read: () => Promise<CheckedInstances>
  /** Takes them into use. */
  readonly apply: (instances: CheckedInstances) => void
}

export interface Reloads {
  /** Reads the settings again and takes them into use. Never rejects: what is wrong is logged. */
  reload(): Promise<void>
  close(): Promise<void>
}

const sharedLookMs = 1000
const ownLookMs = 60_000

/** Reloads the settings of instances when somebody asks for it: every process does, once for each act. */
export function followReloads(options: FollowReloadsOptions): Reloads {
  const { store, signals, logger, now, areShared, read, apply } = options
  const stop = new AbortController()
  let last: Promise<unknown> = Promise.resolve()

  const load = async (): Promise<BusError | undefined> => {
    try {
      const instances = await read()
      apply(instances)
      logger.info({ instances: instances.valid.map(({ name }) => name) }, 'settings of connectors reloaded')
      const problems = instances.misconfigured.flatMap((one) =>
        one.problems.map((problem) => `${one.name}: ${problem}`)
      )
      if (problems.length === 0) return undefined
      return new BusError('BUS_CONFIG_INVALID', 'instances-misconfigured', {
        values: { problems: problems.join('; ') }
      })
    } catch (error) {
      logger.error(
        { err: error },
        'settings of connectors not reloaded: see err; the ones before stay in use'
      )
      if (error instanceof BusError) return error
      const values = { file: 'lienthong.yaml', problems: shownReason(error) }
      return new BusError('BUS_CONFIG_INVALID', 'config-invalid', { cause: error, values })
    }
  }

  /** One after the other. */
  const reload = (): Promise<BusError | undefined> => {
    const next = last.then(load)
    last = next
    return next
  }

  const newest = async (): Promise<number> => {
    const row = await store
      .reader<ConnectorControlTables>()
      .selectFrom('connectorActs')
      .select((e) => e.fn.max('number').as('number'))
      .where('instance', '=', everyInstance)
      .executeTakeFirst()
    return Number(row?.number ?? 0)
  }

  const markDone = async (number: number, problem: BusError | undefined): Promise<void> => {
    const texts = problem && JSON.stringify({ vi: problem.text('vi'), en: problem.text('en') })
    await store.transaction(async (transaction) => {
      await transaction
        .tables<ConnectorControlTables>()
        .updateTable('connectorActs')
        .set({ doneAt: now(), problem: texts ?? null })
        .where('instance', '=', everyInstance)
        .where('number', '<=', number)
        .where('doneAt', 'is', null)
        .execute()
    })
    signals.notify([connectorsChanged])
  }

  const follow = async (): Promise<void> => {
    const messages = {
      begins: 'reloads of connectors are not noticed: the store failed; see err; retrying',
      ends: 'reloads of connectors are noticed again'
    }
    const problems = createProblemLog(logger, messages, now)
    let done: number | undefined
    while (!stop.signal.aborted) {
      const seen = signals.count(connectorsChanged)
      try {
        const number = await newest()
        // What was asked before this process started is in use already.
        if (done === undefined || number > done)
          await markDone(number, done === undefined ? undefined : await reload())
        done = number
        problems.end()
      } catch (error) {
        problems.report(error)
      }
      await signals.wait(connectorsChanged, seen, areShared ? sharedLookMs : ownLookMs, stop.signal)
    }
  }
  const following = follow()

  return {
    reload: async () => void (await reload()),
    async close() {
      stop.abort()
      await following
      await last
    }
  }
}
