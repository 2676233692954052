import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { checks, definitionCheck } from '#connectors/kit/run-kit.ts'
import type { CheckResult } from '#connectors/kit/run-tasks.ts'
import { brokenKinds } from './broken-kinds.ts'
import { runEach } from './run-on.ts'

/** Whose promise is seen to be broken at once, and not after a long wait; `npm run connector:broken` runs all. */
const quick = /^(?:definition|check|away|sessions|secrets|order|retry-after|once|endless|forged-call)$/
const kinds = Object.entries(brokenKinds).filter(([, [check]]) => quick.test(check))

describe('the kit for connectors', () => {
  let results: readonly CheckResult[] = []
  before(async () => {
    results = await runEach([
      ...kinds.map(([kind, [check]]) => [kind, check] as const),
      ...kinds.map(([, [check]]) => ['sound', check] as const)
    ])
  })

  it('has for each check a kind that fails it', () => {
    const failed = new Set(Object.values(brokenKinds).map(([check]) => check))
    const never = [definitionCheck, ...checks].filter(({ name }) => !failed.has(name))
    assert.deepEqual(never, [])
  })

  for (const [kind, [check, says]] of kinds) {
    it(`fails ${kind} in ${check}, for its own reason, and passes the sound kind`, () => {
      const found = results.find((one) => one.kind === kind)
      assert.deepEqual([found?.name, found?.result], [check, 'failed'])
      assert.match(found?.reason ?? '', says)
      const sound = results.find((one) => one.kind === 'sound' && one.name === check)
      assert.deepEqual([sound?.result, sound?.reason], ['passed', undefined])
    })
  }
})
