import { type Computing, createComputing } from '#bus/fair-use/computing.ts'
import type { ConnectorIo, Preview } from '#connectors/connector.ts'
import type { CheckedInstance } from '#connectors/host/check-instances.ts'
import { configuredInstance, type InstanceOptions, refuseInstance } from './configured-instance.ts'
import { shippedSchemas } from './shipped-schemas.ts'

export interface PreviewOptions extends InstanceOptions {
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
  const { file, name, sample } = options
  const refuse = (problems: string): never => refuseInstance({ file, name }, problems)
  const instance = await configuredInstance(options)
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
    agencyName: refuse,
    instance: name,
    startAt: 0,
    signal: new AbortController().signal,
    log: { info() {}, warn() {} },
    fetch: refuse,
    attach: refuse,
    attachment: refuse,
    published: refuse,
    given: refuse,
    delivered: refuse,
    begun: refuse,
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
    isAgency: refuse,
    secretFor: async () => new Uint8Array(32), // What is signed with it here opens nothing.
    now: Date.now
  }
}
