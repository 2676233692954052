import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client as Session } from 'pg'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import { createSigner } from '#client/signer.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { signToken } from '#protocol/trust/token.ts'
import { startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { keyIn } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { describeOnServers } from '../helpers/engine-sets.ts'
import { patiently } from '../helpers/patiently.ts'
import { publishAt } from '../helpers/publish-at.ts'
import { isTaken, registerNewType } from '../helpers/register-at-run-time.ts'
import { needs } from '../helpers/servers/needs.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const logger = createLogger({ level: 'silent' })
/** What is promised of a gateway that is cut off is 3 s; a machine with other work takes its time. */
const refusedMs = 6000
const takenMs = 3000

describeOnServers('two gateways', {}, (servers, engines) => {
  /** A bus, and another gateway on what it has; tokens name the first one's address at both. */
  const start = async (t: TestContext, change: (config: Config) => Config = (config) => config) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const config = await loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
    const port = await freePort()
    const other = await startBus({
      roles: ['gateway'],
      config: change({
        ...config,
        data: { folder },
        gateway: { ...config.gateway, port, publicUrl: bus.url },
        management: { ...config.management, port: 0 }
      }),
      logger,
      onFatal: () => {}
    })
    t.after(() => other.close())
    return { bus, config, there: `http://127.0.0.1:${port}` }
  }

  it('given the same event at the same time answer with one receipt, and the log has one record', async (t) => {
    const { bus, config, there } = await start(t)
    const events = Array.from({ length: 1000 }, () => bus.document())
    const lanes = Array.from({ length: 8 }, async () => {
      for (let event = events.pop(); event; event = events.pop()) {
        const [one, other] = await Promise.all([publishAt(bus, bus.url, event), publishAt(bus, there, event)])
        assert.deepEqual([one.status, other.status], [202, 202])
        assert.deepEqual(one.result.receipt, other.result.receipt)
        assert.deepEqual(new Set([one.result.status, other.result.status]).has('accepted'), true)
      }
    })
    await Promise.all(lanes)
    assert.equal(await recordsIn(config, 'lienthong.document'), 1000)
  })

  it(
    'both take an event type that is registered at one soon after, without a restart',
    needs('confluent-kafka'),
    async (t) => {
      const { bus, there } = await start(t)
      await registerNewType(t, bus)
      const registeredAt = performance.now()
      await isTaken(bus, there)
      assert.ok(performance.now() - registeredAt < takenMs)
    }
  )

  it('refuse a system that was revoked at the other as soon as that is answered, and end its long poll', async (t) => {
    const { bus, there } = await start(t)
    const systems = await addSystems(bus, 100)
    let running = true
    const load = (async () => {
      while (running) await publishAt(bus, bus.url, bus.document())
    })()
    const polls = systems.map(async ({ plain }) => {
      await refused(`${there}/v1/inbox?waitSeconds=30&limit=1`, plain)
      return performance.now()
    })
    const revokedAt = await Promise.all(
      systems.map(async ({ system, plain }) => {
        const { last } = await patiently(() => bus.operator.get<{ last: string }>(`/v1/systems${system}`))
        const act = { act: 'system.revoked', resource: system, previous: last }
        await patiently(() => bus.operator.act('/v1/systems', act))
        const revoked = performance.now()
        await refused(`${there}/v1/inbox`, plain)
        return revoked
      })
    )
    for (const [index, endedAt] of (await Promise.all(polls)).entries()) {
      assert.ok(endedAt - (revokedAt[index] ?? 0) < 5000)
    }
    running = false
    await load
  })

  it('open one request between them to a token that is bound to one', async (t) => {
    const { bus, there } = await start(t)
    const iat = Math.floor(Date.now() / 1000)
    const bound = { htm: 'GET', htu: `${bus.url}/v1/inbox`, iat, exp: iat + 50, jti: randomUUID() }
    const claims = { iss: systemOf('B'), sub: codes.B, aud: bus.url, ...bound }
    const token = await signToken(claims, bus.keys.B.signingKey)
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_unused, index) => {
        const { status } = await send(`${index % 2 === 0 ? bus.url : there}/v1/inbox`, { token })
        return status
      })
    )
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 19 }, () => 401)]
    )
  })

  it('answer 503 where one is cut off from the database, while the other goes on, and again when it is repaired', async (t) => {
    const way = await startTcpProxy(t, servers().postgres.port)
    const { bus, there } = await start(t, (config) => {
      const { postgres } = config.store
      assert.ok(postgres)
      const url = postgres.url.replace(/:\d+\//, `:${way.port}/`)
      return { ...config, store: { postgres: { ...postgres, url } } }
    })
    assert.equal((await publishAt(bus, there, bus.document())).status, 202)
    way.cut()
    const began = performance.now()
    const event = bus.document()
    assert.equal((await publishAt(bus, there, event)).status, 503)
    assert.ok(performance.now() - began < refusedMs)
    assert.equal((await publishAt(bus, bus.url, bus.document())).status, 202)
    await pause(2000)
    assert.equal(await readAt(bus, there), 503)
    way.restore()
    await until(async () => (await publishAt(bus, there, event)).status === 202, 10_000)
  })

  it('answer 503 where they have lost sight of new acts, though all else can be read', async (t) => {
    const { bus, config, there } = await start(t)
    const session = new Session({ connectionString: config.store.postgres?.url ?? '' })
    await session.connect()
    t.after(() => session.end())
    await session.query('BEGIN; LOCK TABLE "controlActs" IN ACCESS EXCLUSIVE MODE')
    const began = performance.now()
    await until(
      async () => (await readAt(bus, there)) === 503 && (await readAt(bus, bus.url)) === 503,
      10_000
    )
    assert.ok(performance.now() - began < refusedMs)
    await session.query('ROLLBACK')
    await until(
      async () => (await readAt(bus, there)) === 200 && (await readAt(bus, bus.url)) === 200,
      10_000
    )
  })
})

describeOnServers('processes that share what they keep', {}, (_servers, engines) => {
  it('are refused under another key of the bus or of the operator, and take a new one that is signed for', async (t) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const config = await loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
    const port = await freePort()
    const startOther = async (trust: Partial<Config['trust']>) => {
      const gateway = { ...config.gateway, port, publicUrl: bus.url }
      const management = { ...config.management, port: 0 }
      const changed = {
        ...config,
        gateway,
        management,
        data: { folder },
        trust: { ...config.trust, ...trust }
      }
      const other = await startBus({ roles: ['gateway'], config: changed, logger, onFatal: () => {} })
      t.after(() => other.close())
      return other
    }
    const other = async (kid: string) => {
      const file = join(folder, 'keys', `${kid}-${Math.random()}.jwk`)
      return { file, publicJwk: (await keyIn(file, kid)).publicJwk }
    }
    const bus1 = await other('bus-1')
    await assert.rejects(startOther({ busKeyFile: bus1.file }), { fault: 'bus-key-unknown' })
    const operator1 = await other('operator-1')
    await assert.rejects(startOther({ operatorKeyFile: operator1.file }), { fault: 'operator-keys-differ' })
    const bus2 = await other('bus-2')
    await startOther({ busKeyFile: bus2.file })
    const event = bus.document()
    assert.equal((await publishAt(bus, `http://127.0.0.1:${port}`, event)).status, 202)
    await until(async () => {
      const page = await bus.clients.B.page({ limit: 500 })
      return 'events' in page && page.events.some((item) => item.event.id === event.id)
    }, 20_000)
  })

  it('let nothing through where they lack an operator key that another has, once it has signed', async (t) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const config = await loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
    const port = await freePort()
    const [first, added] = [
      await keyIn(config.trust.operatorKeyFile ?? '', 'operator-1'),
      await keyIn(join(folder, 'added.jwk'), 'operator-2')
    ]
    const other = await startBus({
      roles: ['gateway'],
      config: {
        ...config,
        data: { folder },
        gateway: { ...config.gateway, port, publicUrl: bus.url },
        management: { ...config.management, port: 0 },
        trust: { ...config.trust, operatorKeys: [first.publicJwk, added.publicJwk] as never }
      },
      logger,
      onFatal: () => {}
    })
    t.after(() => other.close())
    const { last: previous } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('C')}`)
    const body = Buffer.from(JSON.stringify({ act: 'system.revoked', resource: systemOf('C'), previous }))
    const signer = await createSigner({
      audience: bus.url,
      system: '/bus/systems/operator',
      key: added.privateJwk
    })
    const revoked = await send(`http://127.0.0.1:${port}/v1/systems`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      token: await signer.act('POST', `${bus.url}/v1/systems`, body),
      body
    })
    assert.equal(revoked.status, 201)
    await until(async () => (await readAt(bus, bus.url)) === 503, 10_000)
    assert.equal(await readAt(bus, `http://127.0.0.1:${port}`), 200)
  })
})

/** Resolves at the first `401`; until then the gateway may only say that it does not know now. */
async function refused(url: string, plain: () => Promise<string>): Promise<void> {
  for (;;) {
    const { status } = await send(url, { token: await plain() })
    if (status === 401) return
    assert.equal(status, 503, 'nothing is handed out to a revoked system')
    await pause(50)
  }
}

async function readAt(bus: TestBus, at: string): Promise<number> {
  const signer = await createSigner({ audience: bus.url, system: systemOf('B'), key: bus.keys.B.privateJwk })
  return (await send(`${at}/v1/inbox`, { token: await signer.plain() })).status
}

/** Systems of an agency, each with a key of its own. */
async function addSystems(bus: TestBus, count: number) {
  const code = codes.C
  const systems = await Promise.all(
    Array.from({ length: count }, async (_unused, n) => ({
      name: `s-${n}`,
      key: await keyIn(join(bus.folder, 'keys', `s-${n}.jwk`), 'test-1')
    }))
  )
  const agency = {
    code,
    name: `Cơ quan ${code}`,
    systems: systems.map(({ name, key }) => ({ name, keys: [key.publicJwk as never] }))
  }
  const plan = await planProvince(bus.operator, { agencies: [agency] })
  await applyPlan(
    { ...bus.operator, act: (path, body) => patiently(() => bus.operator.act(path, body)) },
    plan,
    () => {}
  )
  return Promise.all(
    systems.map(async ({ name, key }) => {
      const system = `/agencies/${code}/systems/${name}`
      const signer = await createSigner({ audience: bus.url, system, key: key.privateJwk })
      return { system, plain: () => signer.plain() }
    })
  )
}

async function recordsIn({ eventLog }: Config, topic: string): Promise<number> {
  assert.ok(eventLog.kafka)
  const admin = createKafkaClient(eventLog.kafka, logger).admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(eventLog.kafka.namespace + topic)
  await admin.disconnect()
  return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
}
