import assert from 'node:assert/strict'
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { topicsOf } from '#runtime/topics.ts'
import { type Authority, makeAuthority } from '../helpers/authority.ts'
import { kafkaConfig } from '../helpers/kafka-log.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../helpers/servers/kafka.ts'
import { needsProcesses } from '../helpers/servers/needs.ts'
import { startPostgres } from '../helpers/servers/postgres.ts'
import type { PostgresServer } from '../helpers/servers/postgres-server.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus } from '../helpers/test-bus.ts'

const password = 'mật khẩu 2'

describe('a bus whose brokers and database want TLS and SCRAM', needsProcesses('kafka', 'postgresql'), () => {
  const suite = afterSuite()
  const certificates = temporaryFolder(suite)
  let authority: Authority
  let kafka: Kafka
  let postgres: PostgresServer
  let url: string

  before(async () => {
    authority = makeAuthority(certificates, 'authority')
    const security = { authority, users: { lienthong: password } }
    ;[kafka, postgres] = await Promise.all([
      startKafka(suite, { security }),
      startPostgres(suite, { asProcess: true })
    ])
    url = await postgres.newDatabase()
    await postgres.ask(url, `CREATE USER lienthong PASSWORD '${password}'`)
    await postgres.ask(url, 'GRANT ALL ON SCHEMA public TO lienthong')
    await secure(postgres, authority)
  })

  it('carries an event from its publisher to its reader', async (t) => {
    const folder = temporaryFolder(t)
    const keys = keyFiles(folder)
    await Promise.all([keyIn(keys.bus, 'bus-1'), keyIn(keys.operator, 'operator-1')])
    const config = kafkaConfig([kafka.brokers[0]?.secured.scram ?? ''], {
      partitions: 6,
      tls: { caFile: authority.caFile },
      sasl: { mechanism: 'scram-sha-512', username: 'lienthong', password }
    })
    const logger = createLogger({ level: 'silent' })
    await applyTopics({ kafka: createKafkaClient(config, logger), config, topics: topicsOf() })
    const bus = await startTestBus(t, {
      folder,
      settings: {
        eventLog: { kafka: config },
        store: {
          postgres: {
            url: url.replace('postgres@', 'lienthong@'),
            password,
            caFile: authority.caFile
          }
        },
        attachments: { folder: join(folder, 'attachments') },
        trust: { busKeyFile: keys.bus, operatorKeyFile: keys.operator }
      }
    })
    const event = bus.document()
    const [result] = await bus.clients.A.publish(event)
    assert.equal(result?.status, 'accepted')
    const { events } = await bus.clients.B.page({ waitSeconds: 20 })
    assert.deepEqual(
      events.map((item) => item.event),
      [event]
    )
    const sessions = await postgres.ask(
      url,
      `SELECT bool_and(ssl) AS all, count(*)::int > 1 AS some FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE usename = 'lienthong'`
    )
    assert.deepEqual(sessions, [{ all: true, some: true }])
  })
})

/** Lets the user in by TLS and SCRAM only. */
async function secure(server: PostgresServer, authority: Authority): Promise<void> {
  const { certFile, keyFile } = authority.issue('database', 'IP:127.0.0.1,DNS:localhost')
  const { uid, gid } = statSync(server.folder)
  const owned = (file: string, name: string): string => {
    const copy = join(server.folder, name)
    writeFileSync(copy, readFileSync(file), { mode: 0o600 })
    chmodSync(copy, 0o600)
    chownSync(copy, uid, gid)
    return copy
  }
  const settings = [
    `ssl_cert_file=${owned(certFile, 'tls.pem')}`,
    `ssl_key_file=${owned(keyFile, 'tls.key')}`
  ]
  const hba = join(server.folder, 'data', 'pg_hba.conf')
  const rules = 'hostssl all lienthong 127.0.0.1/32 scram-sha-256\nhost all lienthong all reject\n'
  writeFileSync(hba, rules + readFileSync(hba, 'utf8'))
  await server.stop()
  await server.start(['ssl=on', ...settings])
}
