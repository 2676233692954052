import { setImmediate as turn } from 'node:timers/promises'
import { createSignals } from '#engines/signals/signals.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { EventItem, InboundItem, Stored } from '../connector.ts'
import { checkIsCurrent } from './begin-instance.ts'
import type { CheckedInstance, CheckedInstances } from './check-instances.ts'
import { toDraftedEvent } from './draft-event.ts'
import { connectorsChanged, type HostParts } from './host-parts.ts'
import type { HostedInstance } from './hosted-instance.ts'
import type { ItemToStore } from './inbound/item-to-store.ts'
import { reportStored } from './inbound/poll-outside.ts'
import { storeReceivedItems } from './inbound/received-items.ts'
import { type OpenedInstance, openInstance } from './open-instance.ts'
import { createOutboundOptions } from './outbound-of.ts'
import { createPauses } from './pauses.ts'
import { changedGroups } from './rate-groups.ts'

/** Takes requests of outside systems. Every process that serves HTTP has one: neither session nor lease is needed. */
export interface Receiver {
  /** The path of an instance under `/v1` that is meant by a path outside `/v1`; undefined if it is no instance's. */
  ownPath(path: string): string | undefined
  /**
   * Has the instance's kind read the request, stores what it contains, and answers. Rejects with `BUS_NOT_FOUND` if
   * no instance of the name receives, and with `BUS_CONNECTOR_PAUSED` while it may not act.
   */
  receive(instance: string, request: Request): Promise<Response>
  /** Largest body that the instance takes; undefined if its kind names none. */
  maxBytesOf(instance: string): number | undefined
  /** Takes other settings into use. */
  reload(instances: CheckedInstances): void
  close(): Promise<void>
}

const receiveTimeoutMs = 30_000
const storedAtOnce = 100
/** Large bodies may come over slow lines: 2 Mbit/s. */
const bytesPerMs = 250
const pausedMs = 30_000
/** How old the knowledge may be that nobody paused an instance. */
const pausesMs = 1000

export interface ReceiverOptions {
  readonly parts: HostParts
  readonly instances: CheckedInstances
}

export function createReceiver({ parts, instances: first }: ReceiverOptions): Receiver {
  const { store, signals, metrics, steadyNow } = parts
  let instances = first
  let receiving = receivingAmong(instances)
  let configuredAt = parts.now()
  const opened = new Map<string, Promise<OpenedInstance>>()
  const pauses = createPauses(store)
  const stop = new AbortController()
  let pausesAt = Number.NEGATIVE_INFINITY

  const open = (checked: CheckedInstance): Promise<OpenedInstance> => {
    const known = opened.get(checked.name)
    if (known) return known
    // It runs no outbound half.
    const nothing = { guard: async () => {}, areShared: false }
    const outbound = createOutboundOptions({ parts, instances, ...nothing })
    const opening = openInstance(checked, {
      ...{ parts, outbound, configuredAt, pauses, wakes: createSignals() },
      beginner: undefined
    })
    opened.set(checked.name, opening)
    opening.catch(() => opened.delete(checked.name)) // Tried again at the next request.
    return opening
  }

  const checkMayAct = async ({ name, authorization }: HostedInstance): Promise<void> => {
    if (steadyNow() - pausesAt > pausesMs) {
      await pauses.refresh()
      pausesAt = steadyNow()
    }
    if (!(await authorization.check())) throw paused(name)
  }

  /** The process that runs the instance publishes them. */
  const storeSome = async (
    instance: HostedInstance,
    items: readonly InboundItem[]
  ): Promise<readonly Stored[]> => {
    const checked = await Promise.all(items.map((item) => checkItem(instance, parts, item)))
    if (items.length > 0) reachFailpoint('items.received')
    const { results, news } = await store.transaction(async (transaction) => {
      await checkIsCurrent(transaction, instance)
      return storeReceivedItems(transaction, instance, checked)
    })
    if (items.length > 0) {
      reachFailpoint('items.stored')
      signals.notify([connectorsChanged])
    }
    reportStored(instance, metrics, items, news)
    return results
  }

  /**
   * In parts: while a large request is stored, others are served. If a part fails, the caller is told so, and what was
   * stored before it is a repeat when it calls again.
   */
  const storeReceived = async (
    instance: HostedInstance,
    items: readonly InboundItem[]
  ): Promise<readonly Stored[]> => {
    const results: Stored[] = []
    do {
      const some = items.slice(results.length, results.length + storedAtOnce)
      results.push(...(await storeSome(instance, some)))
      await turn()
    } while (results.length < items.length)
    return results
  }

  return {
    ownPath(path) {
      for (const { name, receivePath } of receiving.values()) {
        if (receivePath === undefined || !`${path}/`.startsWith(`${receivePath}/`)) continue
        return `/v1/connectors/${name}/receive${path.slice(receivePath.length)}`
      }
      return undefined
    },
    async receive(name, request) {
      const checked = receiving.get(name)
      const isWrong = instances.misconfigured.some((one) => one.name === name)
      if (isWrong) throw paused(name)
      if (!checked) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const { instance } = await open(checked)
      await checkMayAct(instance)
      const { receiveMaxBytes = 0 } = checked.definition
      const timeoutMs = receiveTimeoutMs + receiveMaxBytes / bytesPerMs
      const received = await withTimeout(stop.signal, timeoutMs, async (signal) =>
        checked.definition.receive?.(checked.settings as never, request, instance.io(signal))
      )
      if (!received) throw new TypeError(`connector ${name} does not receive`)
      try {
        return received.respond(await storeReceived(instance, received.items))
      } finally {
        received.release?.()
      }
    },
    maxBytesOf: (name) => receiving.get(name)?.definition.receiveMaxBytes,
    reload(next) {
      const changed = changedGroups(instances, next)
      const left = [...receiving.values()].filter(({ rateGroup }) => changed.includes(rateGroup))
      instances = next
      receiving = receivingAmong(next)
      configuredAt = parts.now()
      for (const one of opened.values()) void one.then(readKeysAgain, () => {}) // It was never opened.
      for (const { name } of left) {
        const before = opened.get(name)
        opened.delete(name)
        void before?.then((one) => one.close()).catch(() => {}) // It was never opened.
      }
    },
    async close() {
      stop.abort()
      const all = await Promise.allSettled(opened.values())
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
    }
  }
}

function receivingAmong({ valid }: CheckedInstances): ReadonlyMap<string, CheckedInstance> {
  return new Map(valid.flatMap((one) => (one.definition.receive ? [[one.name, one] as const] : [])))
}

function readKeysAgain({ instance }: OpenedInstance): Promise<void> {
  return instance.authorization.readKeysAgain()
}

function paused(connector: string): BusError {
  return new BusError('BUS_CONNECTOR_PAUSED', 'connector-paused', { values: { connector }, waitMs: pausedMs })
}

/** The item, with the fault for which the bus would reject its event now. */
async function checkItem(
  { system, agency, authorization, now }: HostedInstance,
  { publishing }: Pick<HostParts, 'publishing'>,
  item: InboundItem
): Promise<ItemToStore> {
  if (!('event' in item)) return item
  const { signingKey, thumbprint } = authorization.key()
  const publisher = { system, agency, kid: signingKey.kid, thumbprint, hosted: true }
  const drafted = draftOf(system, item, now())
  if (!drafted) return item // It is stored with its fault.
  try {
    const fault = await publishing.check(publisher, drafted)
    return fault ? { ...item, fault } : item
  } catch (error) {
    if (error instanceof BusError && error.retry === 'never' && error.code !== 'BUS_NOT_PERMITTED') {
      return { ...item, fault: error } // The draft itself is at fault.
    }
    throw error
  }
}

function draftOf(system: string, { event }: EventItem, at: number) {
  try {
    const value = toDraftedEvent(system, event, at) as unknown as StrictJson
    return { value, ...writeEvent(value) }
  } catch {
    return undefined
  }
}
