import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createUsedTokens, usedTokenTables } from '#gateway/used-tokens.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { describeOnEveryStore } from '../helpers/stores.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const start = 1_800_000_000
const tokenOf = (jti: string) => ({ iss: '/agencies/A/systems/a', jti, exp: start + 5 })
const used = { code: 'BUS_TOKEN_INVALID', fault: 'token-used' }
const ordinary = { usesReserve: false }

describeOnEveryStore('a token that is used', (openStore) => {
  it('stays used for a process whose clock is behind that of another', async (t) => {
    const store = await openStore(t, [usedTokenTables])
    const [ahead, behind] = [10, 0].map((seconds) => createUsedTokens(store, () => (start + seconds) * 1000))
    assert.ok(ahead && behind)
    await behind.use(tokenOf('one'), ordinary)
    await ahead.use(tokenOf('two'), ordinary)
    await assert.rejects(behind.use(tokenOf('one'), ordinary), used)
  })

  it('is recorded together with those that come meanwhile, each once', async (t) => {
    const store = await openStore(t, [usedTokenTables])
    let transactions = 0
    const counting: Store = {
      ...store,
      transaction(work, options) {
        transactions += 1
        return store.transaction(work, options)
      }
    }
    const tokens = createUsedTokens(counting, () => start * 1000)
    const uses = Array.from({ length: 200 }, (_unused, at) => tokens.use(tokenOf(String(at % 100)), ordinary))
    const outcomes = await Promise.allSettled(uses)
    const taken = outcomes.flatMap(({ status }, at) => (status === 'fulfilled' ? [at] : []))
    assert.deepEqual(
      taken,
      Array.from({ length: 100 }, (_unused, at) => at)
    )
    assert.ok(transactions <= 2, `${transactions} transactions`)
    await assert.rejects(tokens.use(tokenOf('7'), ordinary), used)
  })
})

it('on a full disk the token of an operator is taken, and no other', async (t) => {
  const low = new BusError('BUS_STORE_UNAVAILABLE', 'disk-space-low', { values: { free: 0, reserve: 64 } })
  const space = {
    change() {
      throw low
    }
  }
  const store = openSqliteStore({
    folder: temporaryFolder(t),
    parts: [usedTokenTables],
    onFatal: assert.ifError,
    space
  })
  t.after(() => store.close())
  const tokens = createUsedTokens(store, () => start * 1000)
  await assert.rejects(tokens.use(tokenOf('one'), ordinary), low)
  await tokens.use(tokenOf('one'), { usesReserve: true })
  await assert.rejects(tokens.use(tokenOf('one'), { usesReserve: true }), used)
})
