import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Notice, type Relay, relayedSignals } from '#engines/signals/relay.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { noticeOf, payloadsOf } from '#engines/store/postgres/notice-payloads.ts'
import { openPostgresRelay } from '#engines/store/postgres/postgres-relay.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { startScript } from '../../helpers/child-script.ts'
import { describeOnPostgres, postgresConfig } from '../../helpers/servers/postgres.ts'

const logger = createLogger({ level: 'silent' })
const never = new AbortController().signal

describe('payloads of notices', () => {
  it('hold every name once, in less than PostgreSQL takes', () => {
    const names = new Set(Array.from({ length: 3000 }, (_unused, index) => `cơ quan ${index}`))
    const payloads = payloadsOf(names, 10_000)
    assert.ok(payloads.every((payload) => Buffer.byteLength(payload) < 8000))
    const message = payloads.map(noticeOf).flatMap((notice) => (notice === 'missed' ? [] : notice.names))
    assert.deepEqual(message, [...names])
    assert.ok(payloads.length < 10)
  })

  it('tell everyone to look where there are too many names, one is too long, or nothing can be read', () => {
    assert.deepEqual(payloadsOf(new Set(['a', 'b']), 1).map(noticeOf), ['missed'])
    assert.deepEqual(payloadsOf(new Set(['a'.repeat(8000)]), 10).map(noticeOf), ['missed'])
    for (const nonsense of ['', '{}', '[1]', 'x', undefined]) assert.equal(noticeOf(nonsense), 'missed')
  })
})

describeOnPostgres('the PostgreSQL relay', (server) => {
  /** A relay that hears, and what it has heard since. */
  const open = async (t: TestContext, url: string): Promise<{ relay: Relay; heard: Notice[] }> => {
    const relay = await openPostgresRelay({ config: postgresConfig(url), logger })
    t.after(() => relay.close())
    const heard: Notice[] = []
    relay.onNotice((notice) => heard.push(notice))
    await until(() => heard.length > 0)
    heard.length = 0
    return { relay, heard }
  }
  const namesIn = (heard: readonly Notice[]): readonly string[] =>
    heard.flatMap((notice) => (notice === 'missed' ? [] : notice.names))
  const until = async (isSo: () => boolean): Promise<void> => {
    const from = performance.now()
    while (!isSo()) {
      assert.ok(performance.now() - from < 10_000, 'waited for 10 s')
      await pause(10)
    }
  }

  it('wakes those who wait in other processes', async (t) => {
    const url = await server.newDatabase()
    const child = startScript(
      t,
      `
      import { relayedSignals } from './engines/signals/relay.ts'
      import { createSignals } from './engines/signals/signals.ts'
      import { openPostgresRelay } from './engines/store/postgres/postgres-relay.ts'
      import { createLogger } from './engines/telemetry/logger.ts'
      const config = ${JSON.stringify(postgresConfig(url))}
      const relay = await openPostgresRelay({ config, logger: createLogger({ level: 'silent' }) })
      const hears = new Promise((resolve) => relay.onNotice(resolve))
      const signals = relayedSignals(createSignals(), relay)
      await hears
      const waiting = signals.wait('000.00.91.H03', signals.count('000.00.91.H03'), 60_000, new AbortController().signal)
      console.log('waits')
      await waiting
      console.log('woken')
      signals.notify(['back'])
      await relay.close()`
    )
    const { relay } = await open(t, url)
    const signals = relayedSignals(createSignals(), relay)
    const seen = signals.count('back')
    const lines = child.lines[Symbol.asyncIterator]()
    assert.equal((await lines.next()).value, 'waits')
    signals.notify(['000.00.91.H03'])
    assert.equal((await lines.next()).value, 'woken')
    await signals.wait('back', seen, 60_000, never)
    assert.ok(signals.count('back') > seen)
    assert.equal(await child.ended(), null)
  })

  it('tells the others, not itself, and a thousand names at once', async (t) => {
    const url = await server.newDatabase()
    const [one, two] = [await open(t, url), await open(t, url)]
    const names = Array.from({ length: 1000 }, (_unused, index) => `000.00.${index}.H03`)
    one.relay.publish(names)
    await until(() => namesIn(two.heard).length >= names.length)
    assert.deepEqual(namesIn(two.heard), names)
    two.relay.publish(['back'])
    await until(() => one.heard.length > 0)
    assert.deepEqual(one.heard, [{ names: ['back'] }])
  })

  it('says after a loss that something may have been missed, and hears again', async (t) => {
    const url = await server.newDatabase()
    const [one, two] = [await open(t, url), await open(t, url)]
    const signals = relayedSignals(createSignals(), two.relay)
    const waiting = signals.wait('a', signals.count('a'), 60_000, never)
    await server.stop('SIGQUIT')
    one.relay.publish(['while it was away'])
    await server.start()
    await waiting
    await until(() => one.heard.includes('missed') && two.heard.includes('missed'))
    one.heard.length = 0
    two.heard.length = 0
    one.relay.publish(['b'])
    await until(() => namesIn(two.heard).includes('b'))
  })

  it('finds out by itself that its connection is dead, and tells then what it could not', async (t) => {
    const url = await server.newDatabase()
    const [one, two] = [await open(t, url), await open(t, url)]
    await server.signal('SIGSTOP')
    one.relay.publish(['a'])
    await pause(2500)
    await server.signal('SIGCONT')
    await until(() => namesIn(two.heard).includes('a') || two.heard.includes('missed'))
    await until(() => one.heard.includes('missed'))
  })

  it('does not wait for a database that is away when it is closed', async (t) => {
    const url = await server.newDatabase()
    const { relay } = await open(t, url)
    await server.stop()
    try {
      relay.publish(['a'])
      const from = performance.now()
      await relay.close()
      await relay.close()
      assert.ok(performance.now() - from < 3000)
    } finally {
      await server.start()
    }
  })
})
