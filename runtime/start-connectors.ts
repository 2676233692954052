import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { eventOf } from '#bus/archive/archived-event.ts'
import { type ChannelGuard, keepLeases, ownsEveryChannel } from '#bus/leases/leases.ts'
import type { Connector, ConnectorContext, ConnectorDefinition } from '#connectors/connector.ts'
import { createDeliveries } from '#connectors/host/deliveries.ts'
import { discoverConnectors } from '#connectors/host/discover.ts'
import { type RunningInstance, runInstance } from '#connectors/host/host.ts'
import type { HostOptions } from '#connectors/host/instance.ts'
import { createOutbox } from '#connectors/host/outbox.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import type { ConnectorInstance } from './config.ts'
import type { Core } from './core.ts'
import { readKey } from './keyring.ts'

export interface StartConnectorsOptions {
  readonly instances: readonly ConnectorInstance[]
  readonly core: Core
  readonly logger: Logger
}

/** How long a connector waits for the projector when it asks what its agency has published. */
const caughtUpMs = 5000

/**
 * Opens and runs the configured instances. If processes share the engines, this process runs those whose
 * leases it holds. Throws `BUS_CONFIG_INVALID` for wrong settings before any instance runs. Returns a
 * function that stops them.
 */
export async function startConnectors(options: StartConnectorsOptions): Promise<() => Promise<void>> {
  const { instances, core, logger } = options
  if (instances.length === 0) return async () => {}
  const kinds = await discoverConnectors()
  const checked = new Map(instances.map((instance) => [instance.name, checkInstance(instance, kinds)]))
  const runOne = (guard: ChannelGuard) => {
    const host = hostOf(options, guard)
    return async (channel: string): Promise<RunningInstance> => {
      const found = checked.get(channel)
      if (!found) throw new TypeError(`no connector ${channel}`)
      return runChecked(found, core, host)
    }
  }
  if (!core.areShared) {
    const running = await Promise.all([...checked.keys()].map(runOne(ownsEveryChannel)))
    return async () => void (await Promise.all(running.map((connector) => connector.close())))
  }
  const leases = keepLeases({
    store: core.store,
    owner: randomUUID(),
    channels: [...checked.keys()],
    run: (channel) => runOne(leases.guard)(channel),
    logger
  })
  return leases.close
}

async function runChecked(
  { instance, definition, settings }: CheckedInstance,
  core: Core,
  host: HostOptions
): Promise<RunningInstance> {
  const { name, system, keyFile } = instance
  const { signingKey } = await readKey(keyFile)
  const agency = agencyOf(system)
  const connector: Connector = await definition.open(settings, contextOf(name, agency, core, host))
  return runInstance({ name, connector, consumes: definition.consumes, system, agency, signingKey }, host)
}

/** What all instances use. `guard` rejects writes for channels that this process does not own. */
function hostOf({ core, logger }: StartConnectorsOptions, guard: ChannelGuard): HostOptions {
  const { store, inbox, archive } = core
  return {
    ...core,
    outbox: createOutbox(store, guard),
    deliveries: createDeliveries({ store, now: steadyNow, guard }),
    inbox: { entriesAfter: inbox.entriesAfter, statusOf: inbox.statusOf, events: archive.byNumbers },
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

function contextOf(name: string, agency: string, core: Core, host: HostOptions): ConnectorContext {
  const { attachments } = core
  return {
    agency,
    async attach(fileName, mediaType, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await attachments.upload(
        agency,
        { sha256, size: bytes.length },
        Readable.from([bytes]),
        new AbortController().signal
      )
      return { name: fileName, mediaType, size: bytes.length, sha256 }
    },
    async attachment(sha256) {
      const found = await attachments.find(agency, sha256)
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
