import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brokenKinds } from './broken-kinds.ts'
import { runOn } from './run-on.ts'

/** One of each group of checks; `npm run connector:broken` runs all, each with every check. */
const some = ['unmarked-secret', 'takes-half', 'trusts-resets', 'new-references', 'new-keys']

describe('the kit for connectors', { concurrency: 2 }, () => {
  for (const kind of some) {
    const [check = '', says = /never/] = brokenKinds[kind] ?? []
    it(`fails ${kind} for its own reason`, async () => {
      const [found] = await runOn(kind, [check])
      assert.equal(found?.result, 'failed')
      assert.match(found.reason ?? '', says)
    })
    it(`passes the sound kind in ${check}`, async () => {
      const [found] = await runOn('sound', [check])
      assert.deepEqual([found?.name, found?.result], [check, 'passed'])
    })
  }
})
