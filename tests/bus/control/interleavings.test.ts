import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Store } from '#engines/store/store.ts'
import { tryInterleavings } from '../../acts/interleavings.ts'
import { report } from '../../acts/report.ts'
import { openOneProcess, openTwoProcesses } from '../../acts/stores.ts'
import { describeOnPostgres } from '../../helpers/servers/postgres.ts'

/** How the same is tried for long: `npm run acts`. */
const runs = 60

describe('acts of several signers at once (sqlite)', () => {
  it('make the state that their table makes, of one process and its restarts', (t) =>
    tryOn(t, openOneProcess(t)))
})

describeOnPostgres('acts of several signers at once (postgres)', (server) => {
  it('make the state that their table makes, of two processes and their restarts', async (t) =>
    tryOn(t, await openTwoProcesses(t, server)))
})

async function tryOn(t: TestContext, stores: readonly [Store, ...Store[]]): Promise<void> {
  const counts = await tryInterleavings({ stores, runs })
  for (const line of report(counts)) t.diagnostic(line)
  // What is tried must happen, and what must not happen must be tried.
  for (const kind of ['key.retired', 'system.suspended', 'system.revoked'])
    assert.ok(counts.recorded.get(kind), kind)
  for (const code of ['BUS_TOKEN_INVALID', 'BUS_NOT_PERMITTED', 'BUS_ACT_CONFLICT'])
    assert.ok(counts.refused.get(code), code)
}
