import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { eventOf } from '#bus/archive/archived-event.ts'
import { type ChannelGuard, keepLeases, ownsEveryChannel } from '#bus/leases/leases.ts'
import type { Connector, ConnectorContext, ConnectorDefinition } from '#connectors/connector.ts'
import { createDeliveries } from '#connectors/host/deliveries.ts'
import { discoverConnectors } from '#connectors/host/discover.ts'
import { type RunningInstance, runInstance } from '#connectors/host/host.ts'
import type { HostOptions, InstanceKey } from '#connectors/host/instance.ts'
import { createOutbox } from '#connectors/host/outbox.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { thumbprint } from '#protocol/trust/jwk.ts'
import type { ConnectorInstance } from './config.ts'
import type { Core } from './core.ts'
import { readKey } from './keyring.ts'

export interface StartConnectorsOptions {
  readonly instances: readonly ConnectorInstance[]
  readonly core: Core
  readonly logger: Logger
}

export interface RunningConnectors {
  /** Which instances of this process are paused, and why; undefined if none is. */
  warning(): string | undefined
  close(): Promise<void>
}

/** How long a connector waits for the projector when it asks what its agency has published. */
const caughtUpMs = 5000

/**
 * Opens and runs the configured instances. If processes share the engines, this process runs those whose
 * leases it holds. Throws `BUS_CONFIG_INVALID` for wrong settings before any instance runs.
 */
export async function startConnectors(options: StartConnectorsOptions): Promise<RunningConnectors> {
  const { instances, core, logger } = options
  const running = new Map<string, RunningInstance>()
  const warning = (): string | undefined => {
    const paused = [...running.values()].flatMap((one) => {
      const { since, reason } = one.paused() ?? {}
      return reason === undefined ? [] : [`${one.name} is paused since ${since}: ${reason}`]
    })
    return paused.length === 0 ? undefined : paused.join(' ')
  }
  if (instances.length === 0) return { warning, close: async () => {} }
  const kinds = await discoverConnectors()
  const checked = new Map(instances.map((instance) => [instance.name, checkInstance(instance, kinds)]))
  const runOne = (guard: ChannelGuard) => {
    const host = hostOf(options, guard)
    return async (channel: string): Promise<RunningInstance> => {
      const found = checked.get(channel)
      if (!found) throw new TypeError(`no connector ${channel}`)
      const one = await runChecked(found, core, host)
      running.set(channel, one)
      const close = async (): Promise<void> => {
        await one.close()
        running.delete(channel)
      }
      return { ...one, close }
    }
  }
  if (!core.areShared) {
    const all = await Promise.all([...checked.keys()].map(runOne(ownsEveryChannel)))
    return { warning, close: async () => void (await Promise.all(all.map((connector) => connector.close()))) }
  }
  const leases = keepLeases({
    store: core.store,
    owner: randomUUID(),
    channels: [...checked.keys()],
    run: (channel) => runOne(leases.guard)(channel),
    logger
  })
  return { warning, close: leases.close }
}

async function runChecked(
  { instance, definition, settings }: CheckedInstance,
  core: Core,
  host: HostOptions
): Promise<RunningInstance> {
  const { name, system, keyFile } = instance
  const readInstanceKey = async (): Promise<InstanceKey> => {
    const { signingKey, publicJwk } = await readKey(keyFile)
    return { signingKey, thumbprint: await thumbprint(publicJwk) }
  }
  const key = await readInstanceKey()
  const agency = agencyOf(system)
  const connector: Connector = await definition.open(settings, contextOf(name, system, core, host))
  const { consumes } = definition
  return runInstance({ name, connector, consumes, system, agency, key, readKey: readInstanceKey }, host)
}

/** What all instances use. `guard` rejects writes for channels that this process does not own. */
function hostOf({ core, logger }: StartConnectorsOptions, guard: ChannelGuard): HostOptions {
  const { store, archive } = core
  const { entriesAfter, statusOf, endUndelivered } = core.inbox
  return {
    ...core,
    outbox: createOutbox(store, guard),
    deliveries: createDeliveries({ store, now: steadyNow, guard }),
    inbox: { entriesAfter, statusOf, endUndelivered, events: archive.byNumbers },
    logger
  }
}

/** Events of these types about a subject that the agency published, oldest first. */
async function published(
  { caughtUp, archive }: Core,
  {
    agency,
    subject,
    types
  }: { readonly agency: string; readonly subject: string; readonly types: readonly string[] }
): Promise<readonly BusEvent[]> {
  if (!(await caughtUp(caughtUpMs))) throw new BusError('BUS_CONTROL_STALE', 'projector-behind')
  const about = await archive.ofSubject(agency, subject)
  const numbers = about.filter(({ type }) => types.includes(type)).map(({ number }) => number)
  return [...(await archive.byNumbers(numbers)).values()].sort((a, b) => a.number - b.number).map(eventOf)
}

interface CheckedInstance {
  readonly instance: ConnectorInstance
  readonly definition: ConnectorDefinition
  readonly settings: object
}

function checkInstance(
  instance: ConnectorInstance,
  kinds: ReadonlyMap<string, ConnectorDefinition>
): CheckedInstance {
  const { name, kind, settings } = instance
  const refuse = (problems: string): never => {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      values: { file: `connector ${name}`, problems }
    })
  }
  const definition = kinds.get(kind)
  if (!definition)
    return refuse(`the kind ${kind} does not exist; available kinds: ${[...kinds.keys()].join(', ')}`)
  const filled = structuredClone(settings)
  const problems = fillSettings(definition.config, filled)
  if (problems.length > 0) refuse(problems.join('; '))
  return { instance, definition, settings: filled }
}

function contextOf(name: string, system: string, core: Core, host: HostOptions): ConnectorContext {
  const { attachments, inbox } = core
  const agency = agencyOf(system)
  return {
    agency,
    async attach(fileName, mediaType, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await attachments.upload(
        { agency, system },
        { sha256, size: bytes.length },
        Readable.from([bytes]),
        new AbortController().signal
      )
      return { name: fileName, mediaType, size: bytes.length, sha256 }
    },
    async attachment(sha256) {
      const found = await attachments.find(agency, sha256, inbox.hasAny)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      return found.open()
    },
    published: (subject, types) => published(core, { agency, subject, types }),
    quarantined(reference, reason) {
      host.metrics.quarantined.inc({ part: 'connector' })
      host.logger.warn(
        { connector: name, reference, reason },
        'quarantined: the outside system delivered something that cannot be used; see reason; polling continues'
      )
    }
  }
}
