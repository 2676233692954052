import type { TestContext } from 'node:test'
import { attachmentTables } from '#bus/attachments/attachment-tables.ts'
import type { Outbound, OutboundEvent, Session } from '#connectors/connector.ts'
import { connectorTables } from '#connectors/host/connector-tables.ts'
import type { HostedInstance } from '#connectors/host/hosted-instance.ts'
import { createDeliveryActs } from '#connectors/host/outbound/delivery-acts.ts'
import { type DeliveryTables, deliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { deliveriesChanged, type OutboundOptions } from '#connectors/host/outbound/outbound-options.ts'
import { createPacers } from '#connectors/host/outbound/pace.ts'
import { createDeliveryReads } from '#connectors/host/outbound/read-deliveries.ts'
import { runOutbound } from '#connectors/host/outbound/run-outbound.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openInboxes, type Sent } from './inboxes.ts'
import type { OpenStore } from './stores.ts'
import { until } from './until.ts'

export const recipient = '000.00.92.H03'
export const sender = '000.00.91.H03'
export const type = 'document.issued.v1'
export const operator = { agency: '/bus', system: '/bus/systems/operator', operator: true, token: 't' }
/** Hours of waiting pass in a second. */
const clockSpeed = 20_000

const session: Session = { close: async () => {} }

export interface LabOptions {
  readonly outbound: Partial<Outbound<Session>>
  readonly pace?: Partial<HostedInstance['pace']>
  readonly options?: Partial<OutboundOptions>
  readonly instance?: Partial<HostedInstance>
}

/** Inboxes, and the outbound half of an instance that delivers from one of them. The outside is the test's. */
export async function openOutboundLab(openStore: OpenStore, t: TestContext, lab: LabOptions) {
  const inboxes = await openInboxes(openStore, t, [connectorTables, deliveryTables, attachmentTables])
  const { store, archive, inbox, recipientStatuses } = inboxes
  const signals = createSignals()
  const start = performance.now()
  /** Increased by a crash: the process before it writes nothing more. */
  let life = 0
  let crashAtWrite = Number.POSITIVE_INFINITY
  let writes = 0

  const instance: HostedInstance = {
    name: 'documents',
    settings: {},
    system: `/agencies/${recipient}/systems/qlvb`,
    agency: recipient,
    rateGroup: 'documents',
    pace: { everyMs: 60_000, ratePerSecond: undefined, maxInFlight: 8, ...lab.pace },
    authorization: {
      isGranted: () => true,
      granted: async () => {}
    } as unknown as HostedInstance['authorization'],
    outside: { use: async (work) => work(session), retryAt: () => undefined, close: async () => {} },
    io: (signal) => ({ signal }) as ReturnType<HostedInstance['io']>,
    logger: createLogger({ level: 'silent' }),
    deliversFrom: 0,
    restoredAt: null,
    deliveryDays: 90,
    eventTypes: { current: () => undefined },
    now: Date.now,
    itemsStored: () => {},
    deliveriesSettled: () => {},
    recipientStatuses,
    definition: {
      kind: 'lab',
      summary: '',
      settings: {},
      connect: async () => session,
      outbound: { types: [type], repeatable: false, ...lab.outbound }
    } as unknown as HostedInstance['definition'],
    ...lab.instance
  }
  const options: OutboundOptions = {
    store,
    inbox: { entriesAfter: inbox.entriesAfter, statusesOf: inbox.statusesOf, events: archive.byNumbers },
    guard: async () => {},
    signals,
    tracing: noTracing,
    metrics: createMetrics({ ignoredActs: () => 0 }),
    pacerOf: createPacers(),
    instancesOf: (rateGroup) => [rateGroup],
    steadyNow: () => Math.floor(steadyNow() + (performance.now() - start) * clockSpeed),
    ...lab.options
  }
  const rows = () =>
    store.reader<DeliveryTables>().selectFrom('deliveries').selectAll().orderBy('event').execute()
  const wake = (): void => signals.notify([deliveriesChanged(instance.name)])

  return {
    ...inboxes,
    instance,
    options,
    acts: createDeliveryActs({ store, signals, recipientStatuses, now: Date.now }),
    reads: createDeliveryReads(store, options.steadyNow),
    rows,
    wake,
    /** Sends events to the recipient, and says so. */
    async send(...sent: readonly Partial<Sent>[]) {
      const events = await inboxes.project(...sent.map((one) => ({ from: sender, to: [recipient], ...one })))
      signals.notify([`${recipient} ${type}`])
      return events
    },
    /** The next crash comes at this write from now on. */
    crashAtWrite(number: number) {
      crashAtWrite = writes + number
    },
    crash() {
      life += 1
    },
    /** Runs the half; `stop` ends it as a stop of the bus does. After `crash` it writes nothing more. */
    run(signal?: AbortSignal) {
      const mine = life
      const stopping = new AbortController()
      const guard: OutboundOptions['guard'] = async () => {
        writes += 1
        if (writes >= crashAtWrite) {
          crashAtWrite = Number.POSITIVE_INFINITY
          life += 1
        }
        if (life !== mine) throw new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel: 'x' } })
      }
      const ending = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])])
      const running = runOutbound(instance, { ...options, guard, noteDelivery: () => {} }, ending)
      const nudge = setInterval(wake, 5) // The clock is faster than timers.
      const stop = async (): Promise<void> => {
        stopping.abort()
        await running
        clearInterval(nudge)
      }
      t.after(stop)
      /** Ends its timers without waiting for it; it writes nothing more. */
      const kill = (): void => {
        life += 1
        clearInterval(nudge)
        stopping.abort()
      }
      return { stop, kill, hasCrashed: () => life !== mine }
    },
    /** Waits until the deliveries have these states, in the order of events. */
    async states(...expected: readonly string[]) {
      let last: readonly string[] = []
      await until(async () => {
        last = (await rows()).map(({ state }) => state)
        return JSON.stringify(last) === JSON.stringify(expected)
      }, 10_000).catch(() => {
        throw new TypeError(`states are ${last.join(' ')}, not ${expected.join(' ')}`)
      })
    }
  }
}

export function idOf({ event }: OutboundEvent): string {
  return event.id
}
