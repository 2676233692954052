import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { createLogger } from '#engines/telemetry/logger.ts'
import { type SessionTables, sessionTables } from '#gateway/sessions/session-tables.ts'
import { createSessions } from '#gateway/sessions/sessions.ts'
import type { Login } from '#protocol/trust/person.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const start = Date.parse('2026-11-27T08:00:00Z')
const minute = 60_000
const logger = createLogger({ level: 'silent' })
const login = { by: 'link', system: '/bus/systems/operator', kid: 'k' } as const
const session = (id: string, of: Login = login) => ({ person: { id, name: id.toUpperCase() }, login: of })

describeOnEveryStore('a session of the console', (openStore) => {
  const open = async (t: TestContext, { epoch = 1 } = {}) => {
    const store = await openStore(t, [sessionTables])
    const clock = { now: start }
    const config = { idleMinutes: 30, maxHours: 8 }
    const of = (era: number) => createSessions({ store, epoch: era, config, logger, now: () => clock.now })
    const rows = () => store.reader<SessionTables>().selectFrom('sessions').selectAll().execute()
    return { store, clock, of, sessions: of(epoch), rows }
  }

  it('is found by its secret in every process, and not by what the store has of it', async (t) => {
    const { sessions, of, rows } = await open(t)
    const secret = await sessions.begin(session('an'))
    assert.deepEqual((await of(1).find(secret))?.person, { id: 'an', name: 'AN' })
    const stored = JSON.stringify(await rows())
    assert.ok(!stored.includes(secret))
    const [row] = await rows()
    assert.equal(await sessions.find(row?.id ?? ''), undefined)
    assert.ok(!stored.includes((await sessions.find(secret))?.csrf ?? ''))
  })

  it('keeps tokens that only its secret opens, and has one request ask at a time', async (t) => {
    const { sessions, of, rows } = await open(t)
    const tokens = { idToken: 'id-token', refreshToken: 'first-refresh-token' }
    const secret = await sessions.begin({ ...session('an'), ...tokens })
    const found = await of(1).find(secret)
    assert.ok(found)
    assert.deepEqual([found.idToken, found.refreshToken], ['id-token', 'first-refresh-token'])
    const asked = await Promise.all([
      sessions.beginCheck(found),
      of(1).beginCheck({ ...found, checkedAt: 1 })
    ])
    assert.deepEqual(asked, [true, false])
    await sessions.renew(found, { claims: { roles: ['r'] }, refreshToken: 'second-refresh-token' })
    const renewed = await sessions.find(secret)
    assert.deepEqual([renewed?.claims, renewed?.refreshToken], [{ roles: ['r'] }, 'second-refresh-token'])
    assert.doesNotMatch(JSON.stringify(await rows()), /id-token|refresh-token/)
  })

  it('ends when it is not used, and lasts while it is', async (t) => {
    const { sessions, clock } = await open(t)
    const secret = await sessions.begin(session('an'))
    for (let used = 0; used < 4; used += 1) {
      clock.now += 29 * minute
      assert.ok(await sessions.find(secret))
    }
    clock.now += 30 * minute
    assert.equal(await sessions.find(secret), undefined)
    clock.now -= 30 * minute
    assert.equal(await sessions.find(secret), undefined, 'it stays ended')
  })

  it('ends although somebody looks whether it has', async (t) => {
    const { sessions, clock } = await open(t)
    const secret = await sessions.begin(session('an'))
    clock.now += 29 * minute
    assert.ok(await sessions.find(secret, { isUse: false }))
    clock.now += minute
    assert.equal(await sessions.find(secret, { isUse: false }), undefined)
  })

  it('ends after its longest time, however much it is used', async (t) => {
    const { sessions, clock } = await open(t)
    const secret = await sessions.begin(session('an'))
    for (let used = 0; used < 23; used += 1) {
      clock.now += 20 * minute
      assert.ok(await sessions.find(secret))
    }
    const last = await sessions.find(secret)
    assert.equal(last?.idleUntil, start + 480 * minute, 'it says so')
    clock.now = start + 480 * minute
    assert.equal(await sessions.find(secret), undefined)
  })

  it('ends when the clock is set back: nobody knows how long it was not used', async (t) => {
    const { sessions, clock } = await open(t)
    const secret = await sessions.begin(session('an'))
    clock.now -= 20_000
    assert.ok(await sessions.find(secret), 'clocks of processes may differ a little')
    clock.now = start - minute
    assert.equal(await sessions.find(secret), undefined)
  })

  it('does not come back with a restored backup', async (t) => {
    const { sessions, of } = await open(t)
    const secret = await sessions.begin(session('an'))
    assert.equal(await of(2).find(secret), undefined)
  })

  it('is the oldest to end when a person begins more than 20', async (t) => {
    const { sessions, clock, rows } = await open(t)
    const other = await sessions.begin(session('binh'))
    const secrets: string[] = []
    for (let count = 0; count < 25; count += 1) {
      clock.now += 1000
      secrets.push(await sessions.begin(session('an')))
    }
    const found = await Promise.all(secrets.map((secret) => sessions.find(secret)))
    assert.deepEqual(
      found.map((one) => one !== undefined),
      secrets.map((_, at) => at >= 5)
    )
    assert.ok(await sessions.find(other))
    assert.equal((await rows()).length, 21)
  })

  it('is not ended by others who say that somebody is the same person', async (t) => {
    const { sessions, clock } = await open(t)
    const secret = await sessions.begin(session('an'))
    const others: readonly Login[] = [
      { by: 'link', system: '/agencies/000.00.92.H03/systems/qlvb', kid: 'k' },
      { by: 'oidc', issuer: 'https://sso.example.vn', subject: 'an' }
    ]
    for (let count = 0; count < 25; count += 1) {
      clock.now += 1000
      for (const other of others) await sessions.begin(session('an', other))
    }
    assert.ok(await sessions.find(secret))
  })

  it('is found among 10,000, and those that have ended are forgotten', async (t) => {
    const { store, sessions, clock, rows } = await open(t)
    await store.transaction(async (transaction) => {
      const db = transaction.tables<SessionTables>()
      for (let at = 0; at < 10_000; at += 500) {
        const values = Array.from({ length: 500 }, (_, more) => ({
          ...{ id: `id-${at + more}`, epoch: 1, person: `p-${at + more}`, personName: 'P' },
          ...{
            login: JSON.stringify(login),
            claims: null,
            idToken: null,
            checkedAt: start,
            startedAt: start,
            seenAt: start
          }
        }))
        await db.insertInto('sessions').values(values).execute()
      }
    })
    const secret = await sessions.begin(session('an'))
    const before = performance.now()
    for (let count = 0; count < 200; count += 1) assert.ok(await sessions.find(secret))
    const each = (performance.now() - before) / 200
    t.diagnostic(`${each.toFixed(2)} ms a look`)
    clock.now += 31 * minute
    await sessions.begin(session('binh'))
    assert.equal((await rows()).length, 1)
  })
})

it('a secret that cannot be one is not looked for', async () => {
  const asked: string[] = []
  const store = { reader: () => asked.push('asked') } as never
  const options = { epoch: 1, config: { idleMinutes: 30, maxHours: 8 }, logger, now: () => start }
  const sessions = createSessions({ store, ...options })
  for (const secret of ['', 'x', 'A'.repeat(44), `${'A'.repeat(42)}'`, 'A'.repeat(10_000)])
    assert.equal(await sessions.find(secret), undefined)
  assert.deepEqual(asked, [])
})
