import { type Computing, createComputing } from '#bus/fair-use/computing.ts'
import type { ConnectorIo, Preview } from '#connectors/connector.ts'
import {
  type CheckedInstance,
  checkInstances,
  type DeclaredInstance
} from '#connectors/host/check-instances.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from './config.ts'
import { instancesIn } from './declared-instances.ts'
import { shippedSchemas } from './shipped-schemas.ts'

export interface PreviewOptions {
  readonly config: Pick<Config, 'connectors' | 'defaults' | 'connectorFolders'>
  /** Instances that do not stand in the configuration file itself. */
  readonly instances?: readonly DeclaredInstance[]
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
  const { valid, misconfigured } = await checkInstances({
    instances: [...instancesIn(config), ...(options.instances ?? [])],
    defaults: config.defaults,
    folders: config.connectorFolders
  })
  const wrongOne = misconfigured.find((one) => one.name === name)
  if (wrongOne) return refuse(wrongOne.problems.join('; '))
  const instance = valid.find((one) => one.name === name)
  if (!instance) return refuse(`there is none; there are: ${valid.map((one) => one.name).join(', ')}`)
  const { definition, kind } = instance
  if (!definition.preview) return refuse(`the kind ${kind} has nothing to preview`)
  const settings = instance.settings as never
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
  { name, agency }: CheckedInstance,
  computing: Computing,
  { schemas }: PreviewOptions
): ConnectorIo {
  const known = new Map([...shippedSchemas().map(({ type, text }) => [type, text] as const), ...schemas])
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
    visible: refuse,
    mark: async () => undefined,
    marks: async () => [],
    results: refuse,
    wake() {},
    unacknowledged: refuse,
    waiting: refuse,
    waitingEvent: refuse,
    collected: refuse,
    notCollected: refuse,
    compute: computing.computeFor(agency),
    inTurn: computing.inTurn,
    eventSchema: (type) => known.get(type),
    secretFor: async () => new Uint8Array(32), // What is signed with it here opens nothing.
    now: Date.now
  }
}
