import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { CheckResult } from '#connectors/kit/run-tasks.ts'
import { brokenKinds } from './broken-kinds.ts'
import { runEach } from './run-on.ts'

/** Those that have a bus of their own killed take long; `npm run connector:broken` runs them. */
const kinds = Object.entries(brokenKinds).filter(([, [check]]) => !/^kill-|^clock$/.test(check))

describe('the kit for connectors', () => {
  let results: readonly CheckResult[] = []
  before(async () => {
    results = await runEach([
      ...kinds.map(([kind, [check]]) => [kind, check] as const),
      ...kinds.map(([, [check]]) => ['sound', check] as const)
    ])
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
