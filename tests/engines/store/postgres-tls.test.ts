import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { loadClientSettings } from '#engines/store/postgres/client-settings.ts'
import { databaseProblems } from '#engines/store/postgres/database-problems.ts'
import type { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { describeOnPostgresProcess, postgresConfig } from '../../helpers/servers/postgres.ts'
import type { PostgresServer } from '../../helpers/servers/postgres-server.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const isRefused = (error: unknown): boolean =>
  error instanceof BusError && error.fault === 'database-not-opened'
const isMeantOtherwise = (error: unknown): boolean =>
  error instanceof BusError && error.fault === 'store-settings-wrong'

/** An authority, and certificates of it: `server` for this host, `other` for another, `certified` for a user. */
function makeCertificates(folder: string): void {
  const openssl = (...words: readonly string[]): unknown =>
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  for (const ca of ['ca', 'stranger']) {
    const words = ['-keyout', `${ca}.key`, '-out', `${ca}.pem`, '-days', '2', '-subj', `/CN=${ca}`]
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...words)
  }
  for (const [name, cn, san] of [
    ['server', 'server', 'DNS:localhost,IP:127.0.0.1'],
    ['other', 'other', 'DNS:other.test'],
    ['certified', 'certified', 'DNS:certified']
  ] as const) {
    writeFileSync(join(folder, 'san'), `subjectAltName=${san}`)
    const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${cn}`]
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...request)
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed)
    // PostgreSQL reads a key only where it is its own and nobody else's.
    const { uid, gid } = statSync(folder)
    for (const file of [`${name}.key`, `${name}.pem`]) chownSync(join(folder, file), uid, gid)
    chmodSync(join(folder, `${name}.key`), 0o600)
  }
}

async function restartWith(server: PostgresServer, name: string): Promise<void> {
  const file = (which: string): string => join(server.folder, which)
  await server.stop()
  await server.start([
    'ssl=on',
    `ssl_cert_file=${file(`${name}.pem`)}`,
    `ssl_key_file=${file(`${name}.key`)}`,
    `ssl_ca_file=${file('ca.pem')}`
  ])
}

describeOnPostgresProcess('PostgreSQL over TLS', (server) => {
  const file = (name: string): string => join(server.folder, name)
  let url = ''

  before(async () => {
    makeCertificates(server.folder)
    url = await server.newDatabase()
    await server.ask(url, `CREATE USER certified; CREATE USER secret PASSWORD 'mật khẩu'`)
    await server.ask(url, 'GRANT ALL ON SCHEMA public TO certified, secret')
    const hba = file('data/pg_hba.conf')
    const rules = 'hostssl all certified 127.0.0.1/32 cert\nhost all secret 127.0.0.1/32 scram-sha-256\n'
    writeFileSync(hba, rules + readFileSync(hba, 'utf8'))
    await restartWith(server, 'server')
  })

  const isEncrypted = async (changes: Partial<PostgresConfig>, given = url): Promise<unknown> => {
    const config = postgresConfig(given, changes)
    const store = await openPostgresStore({ config, parts: [], logger: createLogger({ level: 'silent' }) })
    try {
      const db = store.reader()
      const { rows } = await sql<{ ssl: boolean }>`
        SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.execute(db)
      return rows[0]?.ssl
    } finally {
      await store.close()
    }
  }
  const as = (user: string): string => url.replace('postgres@', `${user}@`)

  it('encrypts where the server is known by the given authority, and only then', async () => {
    assert.equal(await isEncrypted({ caFile: file('ca.pem') }), true)
    assert.equal(await isEncrypted({ caFile: file('ca.pem') }, url.replace('127.0.0.1', 'localhost')), true)
    await assert.rejects(isEncrypted({ caFile: file('stranger.pem') }), isRefused)
    await assert.rejects(isEncrypted({}, `${url}?sslmode=verify-full`), isRefused, 'not a well-known one')
    assert.equal(await isEncrypted({}), false, 'on this machine, when nothing asks for it')
  })

  it('signs in by a certificate', async () => {
    const own = { caFile: file('ca.pem'), certFile: file('certified.pem'), keyFile: file('certified.key') }
    assert.equal(await isEncrypted(own, as('certified')), true)
    await assert.rejects(isEncrypted({ caFile: file('ca.pem') }, as('certified')), isRefused)
  })

  it('signs in by a password, or one in a file', async (t) => {
    const passwordFile = join(temporaryFolder(t), 'password')
    writeFileSync(passwordFile, 'mật khẩu\n')
    assert.equal(await isEncrypted({ caFile: file('ca.pem'), passwordFile }, as('secret')), true)
    assert.equal(await isEncrypted({ password: 'mật khẩu' }, as('secret')), false)
    await assert.rejects(isEncrypted({ password: 'sai' }, as('secret')), isRefused)
    await assert.rejects(isEncrypted({}, as('secret')), isRefused)
  })

  it('tells what fixes a sign-in or a certificate that is refused', async () => {
    const problemOf = async (changes: Partial<PostgresConfig>, given = url): Promise<string> =>
      (await databaseProblems(postgresConfig(given, changes), 'en')).join()
    const ca = { caFile: file('ca.pem') }
    assert.equal(await problemOf({ ...ca, password: 'mật khẩu' }, as('secret')), '')
    assert.match(await problemOf({ ...ca, password: 'sai' }, as('secret')), /the user and the password/)
    assert.match(await problemOf(ca, as('certified')), /certFile/)
    assert.match(await problemOf({ caFile: file('stranger.pem') }), /caFile/)
  })

  it("refuses a certificate of the authority for another host's name", async () => {
    await restartWith(server, 'other')
    await assert.rejects(isEncrypted({ caFile: file('ca.pem') }), isRefused)
    await restartWith(server, 'server')
  })

  it('never goes on without TLS where the server has none', async () => {
    await server.stop()
    await server.start()
    await assert.rejects(isEncrypted({ caFile: file('ca.pem') }), isRefused)
    await restartWith(server, 'server')
  })
})

describe('settings of a PostgreSQL store', () => {
  const load = (url: string, changes: Partial<PostgresConfig> = {}) =>
    loadClientSettings(postgresConfig(url, changes))

  it('ask for TLS with everything checked wherever the database is not on this machine', async () => {
    const { ssl } = await load('postgres://bus@db.example.vn/bus')
    assert.deepEqual(ssl, { rejectUnauthorized: true })
    assert.equal((await load('postgres://bus@db.example.vn/bus?sslmode=disable')).ssl, false)
    assert.equal((await load('postgres://bus@[::1]:5433/bus')).ssl, false)
  })

  it('read names and sockets', async () => {
    const { host, port, user, database } = await load(
      'postgres://li%C3%AAn@localhost/th%C3%B4ng?host=/run/postgresql'
    )
    assert.deepEqual([host, port, user, database], ['/run/postgresql', 5432, 'liên', 'thông'])
    assert.equal((await load('postgresql://bus@[::1]:5433/bus')).host, '::1')
  })

  it('refuse what checks nothing or cannot be meant', async () => {
    for (const [url, changes] of [
      ['postgres://bus@db/bus?sslmode=require', {}],
      ['postgres://bus@db/bus?sslmode=no-verify', {}],
      ['postgres://bus@db/bus?sslrootcert=x', {}],
      ['postgres://bus:secret@db/bus', {}],
      ['postgres://db/bus', {}],
      ['postgres://bus@db', {}],
      ['postgres://bus@db/bus?host=other', {}],
      ['postgres://bus@db/bus?sslmode=disable', { caFile: 'ca.pem' }],
      ['postgres://bus@localhost/bus?host=/run', { caFile: 'ca.pem' }],
      ['postgres://bus@db/bus', { caFile: '/does/not/exist' }],
      ['postgres://bus@db/bus', { certFile: 'a.pem' }],
      ['postgres://bus@db/bus', { password: 'a', passwordFile: 'b' }]
    ] as const) {
      await assert.rejects(load(url, changes), isMeantOtherwise, url)
    }
  })
})
