import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { freePort } from '#deploy/servers/free-port.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { applyTopics, topicDefinition } from '#engines/event-log/kafka/topics.ts'
import { versionProblems } from '#engines/store/postgres/database-problems.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { examineEngines } from '#operations/doctor/doctor-engines.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { checkedTopics } from '#runtime/shared-engines.ts'
import { topicsOf } from '#runtime/topics.ts'
import { cli } from '../../helpers/demo-bus.ts'
import { describeOnServers } from '../../helpers/engine-sets.ts'
import { startVersityGateway } from '../../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const run = promisify(execFile)

interface Settings {
  readonly eventLog: { readonly kafka: KafkaConfig }
  readonly store: { readonly postgres: { readonly url: string } }
  readonly attachments: { readonly s3: Readonly<Record<string, string>> }
  readonly trust: { readonly busKeyFile: string; readonly operatorKeyFile: string }
}

describeOnServers('doctor, of engines beyond one machine', {}, (servers, engines) => {
  const prepared = async (t: TestContext) => {
    const folder = temporaryFolder(t)
    const settings = (await engines.settingsFor(folder)) as unknown as Settings
    const whole = {
      ...settings,
      gateway: { port: 0, publicUrl: 'https://bus.example.vn' },
      management: { port: 0 },
      data: { folder }
    }
    return { folder, settings: whole }
  }
  const examine = async (t: TestContext, settings: object) => {
    const file = join(temporaryFolder(t), 'lienthong.yaml')
    writeFileSync(file, JSON.stringify(settings))
    return examineEngines(await loadConfig(Config, { file, environment: {} }), 'en')
  }
  type Examination = Awaited<ReturnType<typeof examine>>[number]
  /** The problem found under each name, and no other. */
  const problem = async (
    t: TestContext,
    settings: object,
    ...expected: readonly (readonly [string, RegExp])[]
  ) => {
    const isExpected = ({ what, message }: Examination): boolean =>
      expected.some(([name, pattern]) => name === what && pattern.test(message))
    // Brokers of a busy machine may not answer in time: the text says to try again.
    const isBusy = (one: Examination): boolean =>
      one.message.includes('did not answer in time') && !isExpected(one)
    let found: readonly Examination[]
    do found = (await examine(t, settings)).filter(({ ok }) => !ok)
    while (found.some(isBusy))
    const message = found.map(({ what, message }) => `${what}: ${message}`)
    assert.equal(found.length, expected.length, message.join('\n'))
    for (const [what, problem] of expected) {
      assert.ok(
        found.some((one) => one.what === what && problem.test(one.message)),
        `${problem} in ${message.join('\n')}`
      )
    }
  }

  it('finds all well where it is, leaves nothing behind, and ends with 0', async (t) => {
    const { folder, settings } = await prepared(t)
    const file = join(folder, 'all.yaml')
    writeFileSync(file, JSON.stringify(settings))
    const { stdout, stderr } = await run(process.execPath, [cli, 'doctor', '--lang', 'en', '--config', file])
    for (const what of [
      'brokers',
      'topics',
      'log',
      'database',
      'bucket',
      'engines',
      'keys',
      'public address',
      'secrets'
    ]) {
      assert.match(stdout, new RegExp(`^ok  ${what}: `, 'm'))
    }
    assert.equal(stderr, '', 'no warning of a library')
    const inVietnamese = await run(process.execPath, [cli, 'doctor', '--lang', 'vi', '--config', file])
    assert.doesNotMatch(inVietnamese.stdout, /\b(?:usable|meet|answer|shared|readable|same as)\b/)
    const objects = readdirSync(join(servers().s3.folder, settings.attachments.s3.bucket ?? ''))
    assert.deepEqual(
      objects.filter((name) => !name.startsWith('.')), // The server's own.
      []
    )
    assert.deepEqual(
      await servers().postgres.ask(
        settings.store.postgres.url,
        "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace"
      ),
      []
    )
  })

  it('ends with 1 and names each problem', async (t) => {
    const { folder, settings } = await prepared(t)
    const file = join(folder, 'broken.yaml')
    const kafka = { ...settings.eventLog.kafka, namespace: `${randomUUID()}.` }
    writeFileSync(file, JSON.stringify({ ...settings, eventLog: { kafka } }))
    const ended = await run(process.execPath, [cli, 'doctor', '--lang', 'en', '--config', file]).catch(
      (error) => error
    )
    assert.equal(ended.code, 1)
    assert.equal(
      ended.stdout.match(/^PROBLEM {2}topics: the topic .* does not exist: run lienthong topics apply$/gm)
        ?.length,
      topicsOf().length
    )
  })

  it('catches each way in which topics are not as the bus needs them', async (t) => {
    const { settings } = await prepared(t)
    const namespace = `${randomUUID()}.`
    const kafka = { ...settings.eventLog.kafka, namespace, replication: 3, minInSyncReplicas: 2 }
    const admin = createKafkaClient(kafka, createLogger({ level: 'silent' })).admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    const good = {
      'max.message.bytes': 2_228_224,
      'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': 2,
      'retention.ms': -1
    }
    const bad: Readonly<Record<string, object>> = {
      'lienthong.activity': { 'retention.ms': 31 * 86_400_000 },
      'lienthong.account': { 'max.message.bytes': 1_000_000, 'min.insync.replicas': 1 },
      'lienthong.document': { 'unclean.leader.election.enable': true },
      'lienthong.dossier': { 'cleanup.policy': 'compact', 'retention.ms': 86_400_000 }
    }
    await admin.createTopics({
      topics: topicsOf().map((topic) => ({
        topic: `${namespace}${topic}`,
        numPartitions: topic === 'lienthong.document' ? 2 : 3,
        replicationFactor: 1,
        configEntries: Object.entries({ ...good, ...bad[topic] }).map(([name, value]) => ({
          name,
          value: String(value)
        }))
      }))
    })
    await problem(
      t,
      { ...settings, eventLog: { kafka } },
      ...topicsOf().map(
        (topic) => ['topics', new RegExp(`${topic} has fewer than 3 replicas: reassign`)] as const
      ),
      ['log', /activity is empty or does not exist.*names the log.*topics apply/],
      ['topics', /activity: retention\.ms is 2678400000, must be -1/],
      ['topics', /account: max\.message\.bytes must be 2097152 or more/],
      ['topics', /account: min\.insync\.replicas is 1, must be 2 or more/],
      ['topics', /document has 2 partitions, not 3: .*migrate/],
      ['topics', /document: unclean\.leader\.election\.enable must be false/],
      ['topics', /dossier: cleanup\.policy must be delete/],
      ['topics', /dossier: retention\.ms is 86400000, must be 2592000000 or more/]
    )
  })

  it('catches a topic that takes the time of the sender, with which the bus starts all the same', async (t) => {
    const { settings } = await prepared(t)
    const kafka = { ...settings.eventLog.kafka, namespace: `${randomUUID()}.` }
    const logger = createLogger({ level: 'silent' })
    const client = createKafkaClient(kafka, logger)
    const admin = client.admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    const { configEntries = [], ...document } = topicDefinition('lienthong.document', kafka)
    const others = configEntries.filter(({ name }) => name !== 'message.timestamp.type')
    await admin.createTopics({ topics: [{ ...document, configEntries: others }] })
    await applyTopics({ kafka: client, config: kafka, topics: topicsOf() })
    await problem(t, { ...settings, eventLog: { kafka } }, [
      'topics',
      /document: message\.timestamp\.type is CreateTime, must be LogAppendTime.*--entity-name \S+document --add-config message\.timestamp\.type=LogAppendTime$/
    ])
    await checkedTopics(kafka, logger)
  })

  it('catches a log that is not the one the database goes with', async (t) => {
    const { settings } = await prepared(t)
    const { url } = settings.store.postgres
    const log = async () => (await examine(t, settings)).find(({ what }) => what === 'log')?.message ?? ''
    const id = /[0-9a-f-]{36}/.exec(await log())?.[0] ?? ''
    await servers().postgres.ask(
      url,
      'CREATE TABLE "logIdentity" (number bigint PRIMARY KEY, id text NOT NULL)'
    )
    assert.equal(await log(), `${id}, not yet recorded in the database`)
    await servers().postgres.ask(url, `INSERT INTO "logIdentity" VALUES (1, '${id}')`)
    assert.equal(await log(), `${id}, the same as in the database`)
    const other = randomUUID()
    await servers().postgres.ask(url, `UPDATE "logIdentity" SET id = '${other}'`)
    await problem(t, settings, [
      'log',
      new RegExp(`hold the log ${id}.*database belongs to the log ${other}`)
    ])
  })

  it('catches brokers that do not answer, and settings that cannot be meant', async (t) => {
    const { settings } = await prepared(t)
    const { kafka } = settings.eventLog
    const having = (changes: object) => ({ ...settings, eventLog: { kafka: { ...kafka, ...changes } } })
    await problem(t, having({ brokers: [`127.0.0.1:${await freePort()}`] }), ['brokers', /did not answer/])
    await problem(t, having({ tls: { caFile: '/nowhere/ca.pem' } }), [
      'brokers',
      /no such file.*\/nowhere\/ca\.pem/
    ])
    await problem(t, having({ tls: {} }), ['brokers', /answer|TLS/])
    await problem(t, having({ replication: 1, minInSyncReplicas: 2 }), ['brokers', /minInSyncReplicas/])
  })

  it('catches a database that is away, not there, of another encoding, or where no table can be made', async (t) => {
    const { settings } = await prepared(t)
    const { url } = settings.store.postgres
    const at = (other: string) => ({ ...settings, store: { postgres: { url: other } } })
    await problem(t, at(`postgres://postgres@127.0.0.1:${await freePort()}/a`), [
      'database',
      /ECONNREFUSED.*check that PostgreSQL runs/
    ])
    await problem(t, at(url.replace(/[^/]+$/, 'nowhere')), [
      'database',
      /does not exist: create the database/
    ])
    const latin = await servers().postgres.newDatabase("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    await problem(t, at(latin), ['database', /UTF8/])
    await servers().postgres.ask(url, 'CREATE ROLE weak LOGIN')
    await problem(t, at(url.replace('postgres@', 'weak@')), ['database', /permission denied.*GRANT CREATE/])
    await problem(t, at(url.replace('postgres@', 'nobody-known@')), ['database', /pg_hba\.conf/])
    await problem(t, at(`${url}?sslmode=verify-full`), ['database', /SSL.*check that/])
  })

  it('wants PostgreSQL 15 or later', () => {
    assert.deepEqual(versionProblems(140_012, 'en'), ['the server is PostgreSQL 14: use 15 or later'])
    assert.deepEqual(versionProblems(150_000, 'en'), [])
  })

  it('catches a bucket that is away, not there, closed to the key, or not to be written', async (t) => {
    const { settings } = await prepared(t)
    const { s3 } = settings.attachments
    const having = (changes: object) => ({ ...settings, attachments: { s3: { ...s3, ...changes } } })
    const away = `http://127.0.0.1:${await freePort()}`
    await problem(t, having({ endpoint: away }), ['bucket', new RegExp(`${away} cannot be used`)])
    await problem(t, having({ bucket: 'nowhere' }), ['bucket', /nowhere.*404.*Check that it exists/])
    await problem(t, having({ secretAccessKey: 'guessed' }), ['bucket', /403.*access key is correct/])
    const readOnly = await startVersityGateway(t, { readOnly: true })
    readOnly.makeBucket('b-1')
    await problem(t, having({ endpoint: readOnly.endpoint, bucket: 'b-1' }), [
      'bucket',
      /cannot write in the bucket.*give it the rights/
    ])
  })

  it('catches keys that are not configured, not there or open to others, and a missing public address', async (t) => {
    const { folder, settings } = await prepared(t)
    const { trust, gateway: _gateway, ...rest } = settings
    await problem(t, { ...rest, trust }, ['public address', /gateway\.publicUrl/])
    await problem(t, { ...settings, trust: {} }, ['keys', /trust\.busKeyFile/])
    chmodSync(trust.busKeyFile, 0o640)
    await problem(t, settings, ['secrets', /other users may read .*bus\.jwk: run chmod 600/])
    chmodSync(trust.busKeyFile, 0o600)
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, 'mật khẩu', { mode: 0o604 })
    chmodSync(passwordFile, 0o604)
    const store = { postgres: { ...settings.store.postgres, passwordFile } }
    await problem(t, { ...settings, store }, ['secrets', /other users may read .*password: run chmod 600/])
    rmSync(trust.busKeyFile)
    await problem(
      t,
      settings,
      ['keys', /bus\.jwk is missing.*lienthong keys new/],
      ['secrets', /no such file/]
    )
  })

  it('catches engines that do not go together, and a shared folder that is not there', async (t) => {
    const { folder, settings } = await prepared(t)
    const { store: _store, ...lonely } = settings
    await problem(t, lonely, ['engines', /cannot be used together/])
    const attachments = { folder: join(folder, 'shared') }
    await problem(t, { ...settings, attachments }, ['attachments', /no such file.*shared by all processes/])
  })
})
