import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { createOutput } from '#runtime/output.ts'

interface MapFlags {
  readonly config: string
  readonly sample?: string
  readonly schema: readonly string[]
  readonly json?: boolean
}

/** `lienthong connectors map`: shows what an instance would publish and send, and sends nothing. */
export function addConnectorsMap(connectors: Command): void {
  connectors
    .command('map')
    .argument('<name>', 'name of the instance in the configuration')
    .description(
      'Show what a connector would publish or send for a sample, by default for the samples in its settings. Nothing is sent.'
    )
    .requiredOption('--config <file>', 'configuration file')
    .option('--sample <file>', 'a file with what the outside gives, or with an event')
    .option(
      '--schema <type=file>',
      'Avro schema of an event type that does not come with this release; may be repeated',
      (one: string, all: readonly string[]) => [...all, one],
      []
    )
    .option('--json', 'one JSON value a line')
    .action(async (name: string, flags: MapFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const { config: file, sample } = flags
      const { previewConnector } = await import('#runtime/preview-connector.ts')
      const { configFrom } = await import('#runtime/run-bus.ts')
      const previews = await previewConnector({
        config: await configFrom({ config: file }),
        file,
        name,
        sample: sample === undefined ? undefined : await readFile(sample),
        schemas: await schemasOf(flags.schema)
      })
      for (const preview of previews) {
        output.line(`${preview.becomes}:`, preview)
        if (flags.json) continue
        for (const line of JSON.stringify(preview.content, null, 2).split('\n')) output.line(line, {})
      }
      if (previews.some(({ becomes }) => becomes === 'quarantined')) process.exitCode = 1
    })
}

async function schemasOf(given: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const read = given.map(async (one) => {
    const [type = '', file = ''] = one.split(/=(.*)/s, 2)
    return [type, await readFile(file, 'utf8')] as const
  })
  return new Map(await Promise.all(read))
}
