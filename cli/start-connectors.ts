import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Ajv } from 'ajv'
import type { Attachments } from '#bus/attachments/attachments.ts'
import { agencyOfSystem } from '#bus/control/control-state.ts'
import { BusError } from '#bus/errors/bus-error.ts'
import type { Connector, ConnectorContext, ConnectorDefinition } from '#connectors/connector.ts'
import { discoverConnectors } from '#connectors/discover.ts'
import { type HostOptions, type RunningInstance, runInstance } from '#connectors/host.ts'
import type { ConnectorInstance } from './config.ts'
import { readKey } from './keyring.ts'

export interface StartConnectorsOptions {
  readonly instances: readonly ConnectorInstance[]
  readonly attachments: Attachments
  readonly host: HostOptions
}

/** Opens and runs the configured connector instances. Settings at fault are refused before any runs (`BUS_CONFIG_INVALID`). */
export async function startConnectors(options: StartConnectorsOptions): Promise<readonly RunningInstance[]> {
  const { instances, host } = options
  if (instances.length === 0) return []
  const kinds = await discoverConnectors()
  const checked = instances.map((instance) => ({ instance, ...checkInstance(instance, kinds) }))
  return Promise.all(
    checked.map(async ({ instance, definition, settings }) => {
      const { name, system, keyFile } = instance
      const { signingKey } = await readKey(keyFile)
      const agency = agencyOfSystem(system)
      const connector: Connector = await definition.open(settings, contextOf(name, agency, options))
      return runInstance({ name, connector, consumes: definition.consumes, system, agency, signingKey }, host)
    })
  )
}

function checkInstance(
  { name, kind, settings }: ConnectorInstance,
  kinds: ReadonlyMap<string, ConnectorDefinition>
): { readonly definition: ConnectorDefinition; readonly settings: object } {
  const refuse = (problems: string): never => {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      values: { file: `connector ${name}`, problems }
    })
  }
  const definition = kinds.get(kind)
  if (!definition) return refuse(`there is no kind ${kind}; there are ${[...kinds.keys()].join(', ')}`)
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false })
  const filled = structuredClone(settings)
  if (!ajv.validate(definition.config, filled)) refuse(ajv.errorsText())
  return { definition, settings: filled }
}

function contextOf(
  name: string,
  agency: string,
  { attachments, host }: StartConnectorsOptions
): ConnectorContext {
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
    setAside(reference, reason) {
      host.metrics.setAside.inc({ part: 'connector' })
      host.logger.warn({ connector: name, reference, reason }, 'set aside')
    }
  }
}
