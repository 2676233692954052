import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { CheckResult } from '#connectors/kit/run-tasks.ts'
import { environment } from '#runtime/environment.ts'
import { createOutput } from '#runtime/output.ts'

interface Flags {
  readonly in: string
  readonly repeat: string
  readonly check?: string
  readonly json?: boolean
}

/** `lienthong connectors kit`: puts the promises of a kind of connector to the test. */
export function addConnectorsKit(connectors: Command): void {
  connectors
    .command('kit')
    .argument(
      '<kind>',
      'kind of connector: the name of its folder; `kind:outside` for another outside than the usual one'
    )
    .description(
      'Put the promises of a kind of connector to the test: against a real bus, through an outside system that fails in every way. Exit code 1 if one is broken.'
    )
    .option('--in <folder>', 'folder of the kinds of connectors', 'connectors')
    .option('--repeat <number>', 'passes, one after the other', '1')
    .option('--check <names>', 'only these checks, separated by commas')
    .option('--json', 'one JSON value a line')
    .action(async (name: string, flags: Flags, self: Command) => {
      const output = createOutput({ json: flags.json ?? false })
      const { loadKit } = await import('#connectors/kit/load-kit.ts')
      const { checks, definitionCheck, runKit } = await import('#connectors/kit/run-kit.ts')
      const only = flags.check?.split(',')
      const known = [definitionCheck, ...checks].map((check) => check.name)
      const unknown = only?.filter((one) => !known.includes(one)) ?? []
      if (unknown.length > 0) self.error(`no check ${unknown.join(', ')}; there are ${known.join(', ')}`)
      const kind = await loadKit(resolve(flags.in), name)
      const program = process.argv[1] ?? ''
      const command = [process.execPath, ...process.execArgv, program]
      const passes = Number(flags.repeat)
      if (!(passes >= 1)) self.error('--repeat must be a number from 1')
      let failed = 0
      for (let pass = 1; pass <= passes; pass += 1) {
        const from = performance.now()
        const results = await runKit(kind, { command, environment, only })
        failed += results.filter(({ result }) => result === 'failed').length
        for (const one of results) {
          if (passes === 1 || one.result === 'failed') output.line(lineOf(one), { pass, ...one })
        }
        const seconds = ((performance.now() - from) / 1000).toFixed(1)
        output.line(`${name}: pass ${pass} of ${passes}, ${countsOf(results)}, ${seconds} s`, {
          pass,
          seconds
        })
      }
      if (failed > 0) process.exitCode = 1
    })
}

function lineOf(one: CheckResult): string {
  const what = `${one.result.padEnd(6)} ${one.name}`
  return one.result === 'passed' ? `${what} (${one.ms} ms)` : `${what}: ${one.reason}`
}

function countsOf(results: readonly CheckResult[]): string {
  const counts = Map.groupBy(results, ({ result }) => result)
  return [...counts].map(([result, some]) => `${some.length} ${result}`).join(', ')
}
