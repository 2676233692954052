import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import kafkajs, { type Admin, type Kafka as KafkaClient } from 'kafkajs'
import { parseAllDocuments } from 'yaml'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import { createClient } from '#client/create-client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { applyTopics, topicProblems } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { everyRole, type Role, type RunningBus, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { topicsOf } from '#runtime/topics.ts'
import { type Authority, makeAuthority } from '../helpers/authority.ts'
import { repository } from '../helpers/demo-bus.ts'
import { kafkaConfig } from '../helpers/kafka-log.ts'
import { patiently } from '../helpers/patiently.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../helpers/servers/kafka.ts'
import { needs } from '../helpers/servers/needs.ts'
import { startPostgres } from '../helpers/servers/postgres.ts'
import type { PostgresServer } from '../helpers/servers/postgres-server.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { type codes, newDocument, provinceOf, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs
const logger = createLogger({ level: 'silent' })
const password = 'only for tests'

describe("Strimzi's resources of deploy/kubernetes", needs('kafka', 'postgresql'), () => {
  const suite = afterSuite()
  let [authority, kafka, postgres] = [{} as Authority, {} as Kafka, {} as PostgresServer]

  before(async () => {
    authority = makeAuthority(temporaryFolder(suite), 'authority')
    const users = Object.fromEntries(everyRole.map((role) => [`lienthong-${role}`, password]))
    const authorizer = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'
    const settings = { 'authorizer.class.name': authorizer, 'super.users': 'User:ANONYMOUS' }
    ;[kafka, postgres] = await Promise.all([
      startKafka(suite, { security: { authority, users }, settings }),
      startPostgres(suite)
    ])
    const admin = createKafkaClient(kafkaConfig(kafka.bootstrap, {}), logger).admin()
    await admin.connect()
    await createAsStrimzi(admin)
    await admin.disconnect()
    const asConsumers = clientOf('consumers').admin()
    await asConsumers.connect()
    await until(async () => (await asConsumers.listTopics()).length === topicsOf().length, 30_000)
    await asConsumers.disconnect()
  })

  const configOf = (role: Role): KafkaConfig => ({
    ...kafkaConfig([kafka.brokers[0]?.secured.scram ?? ''], { partitions: 6 }),
    ...{ namespace: '', tls: { caFile: authority.caFile } },
    sasl: { mechanism: 'scram-sha-512', username: `lienthong-${role}`, password }
  })
  const clientOf = (role: Role): KafkaClient => createKafkaClient(configOf(role), logger)

  it('are the topics that `topics apply` wants: it creates none, and finds no fault', async () => {
    const options = { kafka: clientOf('consumers'), config: configOf('consumers'), topics: topicsOf() }
    assert.deepEqual(await applyTopics(options), [])
    assert.deepEqual(await topicProblems(options), [])
  })

  it('say so when a topic is missing that the user may not create', async () => {
    const options = { kafka: clientOf('consumers'), config: configOf('consumers') }
    await assert.rejects(applyTopics({ ...options, topics: ['lienthong.other'] }), {
      fault: 'brokers-forbid'
    })
  })

  it('let each role do its work, and start again', async (t) => {
    const folder = temporaryFolder(t)
    const keys = keyFiles(folder)
    await Promise.all([keyIn(keys.bus, 'bus-1'), keyIn(keys.operator, 'operator-1')])
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const database = await postgres.newDatabase()
    const start = async (role: Role): Promise<RunningBus> => {
      const file = join(folder, `${role}.yaml`)
      const settings = {
        data: { folder },
        eventLog: { kafka: configOf(role) },
        store: { postgres: { url: database } },
        attachments: { folder: join(folder, 'attachments') },
        trust: { busKeyFile: keys.bus, operatorKeyFile: keys.operator },
        gateway: { port, publicUrl: url },
        management: { port: 0 }
      }
      writeFileSync(file, JSON.stringify(settings), { mode: 0o600 }) // JSON is YAML.
      const config = await loadConfig(Config, { file, environment: {} })
      const bus = await startBus({ roles: [role], config, logger, onFatal: () => {} })
      t.after(() => bus.close())
      return bus
    }
    const [consumers, gateway, connectors] = [
      await start('consumers'),
      await start('gateway'),
      await start('connectors')
    ]
    const ours = async (letter: keyof typeof codes) => keyIn(join(folder, 'keys', `${letter}.jwk`), letter)
    const agencies = { A: await ours('A'), B: await ours('B'), C: await ours('C') }
    const of = (system: string, key: typeof agencies.A) =>
      createClient({ gateway: url, system, key: key.privateJwk, language: 'en' })
    const operator = await of('/bus/systems/operator', await keyIn(keys.operator, 'operator-1'))
    const act = (path: string, body: object): Promise<unknown> => patiently(() => operator.act(path, body))
    await applyPlan({ ...operator, act }, await planProvince(operator, provinceOf(agencies)), () => {})
    const [sender, recipient] = [await of(systemOf('A'), agencies.A), await of(systemOf('B'), agencies.B)]

    const [first, second] = [newDocument(), newDocument()]
    await patiently(() => sender.publish(first))
    const page = await recipient.page({ waitSeconds: 30 })
    assert.deepEqual(
      page.events.map(({ event }) => event.id),
      [first.id]
    )
    // The next gateway finds what nobody has projected, and looks there for acts.
    await consumers.close()
    await patiently(() => sender.publish(second))
    await gateway.close()
    await start('gateway')
    await start('consumers')
    const { events } = await patiently(() => recipient.page({ after: page.next, waitSeconds: 30 }))
    assert.deepEqual(
      events.map(({ event }) => event.id),
      [second.id]
    )
    assert.equal((await fetch(`${connectors.managementUrl}/readyz`)).status, 200)
  })

  it('let no role do what another one does', async (t) => {
    const producer = clientOf('consumers').producer()
    await producer.connect()
    t.after(() => producer.disconnect())
    const admin = clientOf('gateway').admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    const works: readonly (() => Promise<unknown>)[] = [
      () => producer.send({ topic: 'lienthong.document', messages: [{ value: 'forged' }] }),
      () => admin.createTopics({ topics: [{ topic: 'lienthong.other' }] }),
      () => admin.deleteTopics({ topics: ['lienthong.document'] })
    ]
    for (const work of works) await assert.rejects(work(), isDenied)
  })
})

interface KafkaError {
  readonly type?: string
  readonly cause?: KafkaError
  readonly errors?: readonly KafkaError[]
}

/** Whether the broker refused it for want of a right; kafkajs wraps some errors in others. */
function isDenied({ type = '', cause, errors = [] }: KafkaError): boolean {
  return type.endsWith('_AUTHORIZATION_FAILED') || [...errors, ...(cause ? [cause] : [])].some(isDenied)
}

interface StrimziTopic {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly partitions: number; readonly config: Readonly<Record<string, string>> }
}

interface StrimziUser {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly authorization: {
      readonly acls: readonly {
        readonly resource: {
          readonly type: 'topic' | 'group'
          readonly name: string
          readonly patternType: 'literal' | 'prefix'
        }
        readonly operations: readonly ('Read' | 'Write' | 'Describe' | 'DescribeConfigs' | 'Delete')[]
      }[]
    }
  }
}

/** Creates topics and rights as Strimzi's operators do, on the one broker of the test. */
async function createAsStrimzi(admin: Admin): Promise<void> {
  const read = <T>(name: string): readonly T[] => {
    const file = join(repository, 'deploy', 'kubernetes', 'shared', name)
    return parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as T)
  }
  const topics = read<StrimziTopic>('topics.yaml').map(({ metadata: { name }, spec }) => ({
    topic: name,
    numPartitions: spec.partitions,
    replicationFactor: 1,
    configEntries: Object.entries({ ...spec.config, 'min.insync.replicas': '1' }).map(([key, value]) => ({
      name: key,
      value
    }))
  }))
  await admin.createTopics({ topics })
  const acl = read<StrimziUser>('users.yaml').flatMap(({ metadata: { name: user }, spec }) =>
    spec.authorization.acls.flatMap(({ resource: { type, name, patternType }, operations }) =>
      operations.map((operation) => ({
        ...{ principal: `User:${user}`, host: '*', resourceName: name },
        resourceType: type === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
        resourcePatternType:
          patternType === 'prefix' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
        operation: operationTypes[operation],
        permissionType: AclPermissionTypes.ALLOW
      }))
    )
  )
  await admin.createAcls({ acl })
}

const operationTypes = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  Delete: AclOperationTypes.DELETE
}
