import type { Signals } from '#engines/signals/signals.ts'
import { type Authorization, type InstanceKey, type Paused, watchAuthorization } from './authorization.ts'
import { type Beginner, beginInstance } from './begin-instance.ts'
import type { CheckedInstance } from './check-instances.ts'
import { createIo } from './create-io.ts'
import type { HostParts } from './host-parts.ts'
import type { HostedInstance } from './hosted-instance.ts'
import { itemsOf, pollOf } from './inbound/run-inbound.ts'
import { instanceSecret } from './instance-secret.ts'
import { createLimitedFetch } from './limited-fetch.ts'
import { createCollecting } from './outbound/collect.ts'
import { deliveriesChanged, type OutboundOptions } from './outbound/outbound-options.ts'
import { createOutside, type ObservedOutside } from './outside.ts'
import type { Pauses } from './pauses.ts'

export interface OpenInstanceOptions {
  readonly parts: HostParts
  readonly outbound: OutboundOptions
  /** Undefined in a process that only receives for the instance. */
  readonly beginner: Beginner | undefined
  readonly pauses: Pick<Pauses, 'of' | 'learn'>
  /** When its settings were taken into use, in milliseconds since the epoch: `start: now` means this. */
  readonly configuredAt: number
  /** Wakes the loops of this process. */
  readonly wakes: Signals
}

/** An instance that is ready to run. Nothing of it runs yet, and the outside was not asked. */
export interface OpenedInstance {
  readonly instance: HostedInstance
  readonly outside: ObservedOutside
  close(): Promise<void>
}

/** Prepares an instance; writes its row if it is new. Rejects if the store fails, and if there is something to take over. */
export async function openInstance(
  checked: CheckedInstance,
  options: OpenInstanceOptions
): Promise<OpenedInstance> {
  const { parts, outbound, beginner, pauses, wakes } = options
  const { name, system, agency, rateGroup, definition, settings } = checked
  const { store, now, steadyNow, eventTypes, recipientStatuses } = parts
  const logger = parts.logger.child({ connector: name })
  const row = await store.transaction((transaction) =>
    beginInstance(transaction, checked, { at: options.configuredAt, beginner })
  )
  pauses.learn(row)
  const { startAt, deliversFrom, restoredAt } = row
  const fetching = createLimitedFetch(checked.network)
  const outside = createOutside({
    name,
    connect: (signal) => definition.connect(settings, instance.io(signal)),
    logger,
    now,
    steadyNow
  })
  const authorization: Authorization = watchAuthorization({
    ...parts,
    system,
    readKeys: () => readKeys(checked, parts),
    held: () => pauses.of(name) ?? pausedByCredentials(outside, steadyNow()),
    logger
  })
  const lend = (): HostedInstance['io'] =>
    createIo(parts, {
      ...{ name, agency, system, startAt, logger, fetching },
      collecting: createCollecting(instance, outbound),
      wake: () => wakes.notify([pollOf(name)]),
      secretFor: async (purpose) => instanceSecret(authorization.key(), name, purpose)
    })
  let lent: HostedInstance['io'] | undefined
  const instance: HostedInstance = {
    ...{ name, definition, settings, system, agency, rateGroup, authorization, outside, logger },
    ...{ eventTypes, recipientStatuses, now, deliversFrom, restoredAt },
    deliveryDays: checked.deliveryDays,
    pace: {
      everyMs: checked.everyMs,
      ratePerSecond: checked.ratePerSecond,
      maxInFlight: checked.maxInFlight
    },
    io: (signal) => {
      lent ??= lend()
      return lent(signal)
    },
    itemsStored: () => wakes.notify([itemsOf(name)]),
    deliveriesSettled: () => parts.signals.notify([deliveriesChanged(name)])
  }
  return {
    instance,
    outside,
    async close() {
      await outside.close()
      await fetching.close()
    }
  }
}

/** The keys of the files that can be read. */
async function readKeys(
  { keyFiles }: CheckedInstance,
  { readKey }: Pick<HostParts, 'readKey'>
): Promise<readonly InstanceKey[]> {
  const read = await Promise.allSettled(keyFiles.map(readKey))
  return read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** Tried again once an hour. */
function pausedByCredentials(outside: ObservedOutside, steadyNow: number): Paused | undefined {
  const { credentials } = outside.facts()
  if (!credentials || credentials.retryAt <= steadyNow) return undefined
  const since = new Date(credentials.since).toISOString()
  return { cause: 'credentials', reason: `credentials: ${credentials.reason}`, since }
}
