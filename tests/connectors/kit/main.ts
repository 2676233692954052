import { parseArgs } from 'node:util'
import { runKit } from '#connectors/kit/run-kit.ts'
import type { CheckResult } from '#connectors/kit/run-tasks.ts'
import { brokenKinds } from './broken-kinds.ts'
import { kitOptions, loadOwn, runEach } from './run-on.ts'

/**
 * `npm run connector:broken [-- KIND …] [--own]`: runs every check of the kit on the sound kinds and on each broken
 * one. The sound kinds must pass all, each other must fail its own check, for its own reason, and no other. With
 * `--own`, only its own check is run on each.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { own: { type: 'boolean', default: false } }
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const sound = ['sound', 'only-polls', 'only-delivers']
const wrong: string[] = []
const broken = positionals.length > 0 ? positionals : Object.keys(brokenKinds)

if (values.own) {
  const results = await runEach(broken.map((kind) => [kind, brokenKinds[kind]?.[0] ?? '']))
  for (const kind of broken)
    judge(
      kind,
      results.filter((one) => one.kind === kind)
    )
} else {
  for (const kind of positionals.length > 0 ? broken : [...sound, ...broken]) {
    judge(kind, await runKit(await loadOwn(kind), kitOptions))
  }
}

// Once more at the end, where CI's short log has it.
wrong.forEach(tell)
if (wrong.length > 0) process.exitCode = 1

function judge(kind: string, results: readonly CheckResult[]): void {
  const [check, says = /never/] = brokenKinds[kind] ?? []
  const failed = results.filter(({ result }) => result === 'failed')
  const own = failed.find(({ name }) => name === check)
  const isRight =
    check === undefined ? failed.length === 0 : failed.length === 1 && says.test(own?.reason ?? '')
  const lines = [
    `${isRight ? 'as it must' : 'NOT AS IT MUST'}: ${kind}, ${results.length} checks`,
    ...failed.map(({ name, reason }) => `  failed ${name}: ${reason}`)
  ]
  lines.forEach(tell)
  if (!isRight) wrong.push(...lines)
}
