import { parseArgs } from 'node:util'
import { brokenKinds } from './broken-kinds.ts'
import { runOn } from './run-on.ts'

/**
 * `npm run connector:broken [-- KIND …] [--check NAMES] [--own]`: runs every check of the kit on the sound kind and on each broken one.
 * The sound kind must pass all, each other must fail its own check, for its own reason, and no other. With `--own`, only its own check is run.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'string' }, own: { type: 'boolean', default: false } }
})
const kinds = positionals.length > 0 ? positionals : ['sound', ...Object.keys(brokenKinds)]
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

for (const kind of kinds) {
  const from = performance.now()
  const [check, says] = brokenKinds[kind] ?? []
  const results = await runOn(kind, values.own && check ? [check] : values.check?.split(','))
  const failed = results.filter((one) => one.result === 'failed')
  const [own, ...others] = failed.toSorted((one) => (one.name === check ? -1 : 1))
  const isRight = check === undefined ? failed.length === 0 : own?.name === check && others.length === 0
  const isForItsReason = own === undefined || says === undefined || says.test(own.reason ?? '')
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  tell(
    `${isRight && isForItsReason ? 'as it must' : 'NOT AS IT MUST'}: ${kind}, ${results.length} checks, ${seconds} s`
  )
  for (const { name, reason } of failed) tell(`  failed ${name}: ${reason}`)
  if (!isRight || !isForItsReason) process.exitCode = 1
}
