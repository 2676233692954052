import type { ConnectorIo, Preview } from '#connectors/connector.ts'
import { type Computing, createComputing } from '#connectors/host/compute.ts'
import { kindsIn, loadKind } from '#connectors/host/load-kind.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import type { Config, ConnectorInstance } from './config.ts'
import { shippedSchemas } from './shipped-schemas.ts'

export interface PreviewOptions {
  readonly config: Pick<Config, 'connectors'>
  readonly file: string
  readonly name: string
  /** Something that the outside gives, or an event; undefined for the samples in the settings. */
  readonly sample: Uint8Array | undefined
  /** Avro schemas by event type, in addition to those of this release. */
  readonly schemas: ReadonlyMap<string, string>
}

/**
 * What a configured instance would publish or send for a sample. Asks neither the bus nor the outside. Throws
 * `BUS_CONFIG_INVALID` with everything that is wrong with the instance's settings.
 */
export async function previewConnector(options: PreviewOptions): Promise<readonly Preview[]> {
  const { config, file, name, sample } = options
  const refuse = (problems: string): never => {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      values: { file: `${file}, connector ${name}`, problems }
    })
  }
  const instance = config.connectors.find((one) => one.name === name)
  if (!instance)
    return refuse(`there is none; there are: ${config.connectors.map((one) => one.name).join(', ')}`)
  const definition = await loadKind(instance.kind)
  if (!definition) {
    return refuse(`the kind ${instance.kind} does not exist; available kinds: ${kindsIn().join(', ')}`)
  }
  if (!definition.preview) return refuse(`the kind ${instance.kind} has nothing to preview`)
  const settings = structuredClone(instance.settings)
  const problems = fillSettings(definition.settings, settings)
  if (problems.length > 0) refuse(problems.join('; '))
  const computing = createComputing()
  try {
    const io = idleIo(instance, computing, options)
    const wrong = (await definition.checkSettings?.(settings, io)) ?? []
    if (wrong.length > 0) refuse(wrong.join('; '))
    return await definition.preview(settings, sample, io)
  } finally {
    await computing.close()
  }
}

/** Lends what computes, and nothing that reaches the bus or the outside. */
function idleIo(
  { name, system }: ConnectorInstance,
  computing: Computing,
  { schemas }: PreviewOptions
): ConnectorIo {
  const known = new Map([...shippedSchemas().map(({ type, text }) => [type, text] as const), ...schemas])
  const agency = agencyOf(system)
  const refuse = (): never => {
    throw new TypeError('a preview reaches neither the bus nor the outside')
  }
  return {
    agency,
    instance: name,
    startAt: 0,
    signal: new AbortController().signal,
    log: { info() {}, warn() {} },
    fetch: refuse,
    attach: refuse,
    attachment: refuse,
    published: refuse,
    given: refuse,
    mark: async () => undefined,
    wake() {},
    unacknowledged: refuse,
    waiting: refuse,
    collected: refuse,
    compute: computing.computeFor(agency),
    eventSchema: (type) => known.get(type),
    now: Date.now
  }
}
