import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { type Authority, makeAuthority } from '../../helpers/authority.ts'
import { kafkaConfig, openKafkaLog, readRecords } from '../../helpers/kafka-log.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import type { SecuredListener } from '../../helpers/servers/kafka-security.ts'
import { needsProcesses } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

type Secured = Pick<KafkaConfig, 'tls' | 'sasl'>

describe('the Kafka event log with brokers that are secured', needsProcesses('kafka'), () => {
  const suite = afterSuite()
  const folder = temporaryFolder(suite)
  const user = { username: 'lienthong', password: 'mật khẩu 1' }
  let kafka: Kafka
  let authority: Authority
  let stranger: Authority

  before(async () => {
    authority = makeAuthority(folder, 'authority')
    stranger = makeAuthority(folder, 'stranger')
    kafka = await startKafka(suite, { security: { authority, users: { [user.username]: user.password } } })
  })

  const trusting = (): { caFile: string } => ({ caFile: authority.caFile })
  const config = (listener: SecuredListener, secured: Secured): KafkaConfig =>
    kafkaConfig([kafka.brokers[0]?.secured[listener] ?? ''], secured)

  const appendsAndReads = async (t: TestContext, listener: SecuredListener, secured: Secured) => {
    const log = await openKafkaLog(t, config(listener, secured))
    const record = newRecord()
    assert.deepEqual(await log.append([record]), [{ outcome: 'appended' }])
    const [read] = await readRecords(t, log, 1)
    assert.deepEqual(read?.headers, record.headers)
  }
  const refuses = async (
    t: TestContext,
    listener: SecuredListener,
    secured: Secured,
    fault: Fault,
    problem = /./
  ) => {
    const from = performance.now()
    await assert.rejects(openKafkaLog(t, config(listener, secured)), (error) => {
      assert.ok(error instanceof BusError, String(error))
      assert.equal(error.code, 'BUS_LOG_UNAVAILABLE')
      assert.equal(error.fault, fault, error.message)
      assert.match(error.message, problem)
      assert.doesNotMatch(error.message, new RegExp(user.password))
      return true
    })
    assert.ok(performance.now() - from < 10_000)
  }
  const misconfigured = async (t: TestContext, secured: Secured, problem: RegExp) =>
    assert.rejects(openKafkaLog(t, config('scram', secured)), (error) => {
      assert.ok(error instanceof BusError, String(error))
      assert.equal(error.code, 'BUS_CONFIG_INVALID')
      assert.match(error.message, problem)
      return true
    })

  it('appends and reads over TLS', (t) => appendsAndReads(t, 'tls', { tls: trusting() }))

  for (const mechanism of ['scram-sha-256', 'scram-sha-512'] as const) {
    it(`appends and reads as a user of ${mechanism}`, (t) =>
      appendsAndReads(t, 'scram', { tls: trusting(), sasl: { mechanism, ...user } }))
  }

  it('reads the password from a file', (t) => {
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, `${user.password}\n`, { mode: 0o600 })
    const sasl = { mechanism: 'scram-sha-512', username: user.username, passwordFile } as const
    return appendsAndReads(t, 'scram', { tls: trusting(), sasl })
  })

  it('appends and reads by a certificate of its own', (t) =>
    appendsAndReads(t, 'mutual', { tls: { ...trusting(), ...authority.issue('bus') } }))

  it('refuses brokers whose certificate another authority signed', (t) =>
    refuses(t, 'tls', { tls: { caFile: stranger.caFile } }, 'brokers-not-trusted', /unable to|self-signed/))

  it('refuses brokers whose certificate nobody signed that Node knows of', (t) =>
    refuses(t, 'tls', { tls: {} }, 'brokers-not-trusted'))

  it('refuses brokers whose certificate names another host', (t) =>
    refuses(t, 'misnamed', { tls: trusting() }, 'brokers-not-trusted', /does not match/))

  it('says so when the brokers want a certificate and it has none, or a stranger signed it', async (t) => {
    await refuses(t, 'mutual', { tls: trusting() }, 'brokers-not-trusted', /alert/)
    const tls = { ...trusting(), ...stranger.issue('bus') }
    await refuses(t, 'mutual', { tls }, 'brokers-not-trusted')
  })

  it('says so when password, user or log-in are not as the brokers know them', async (t) => {
    const sasl = { mechanism: 'scram-sha-512', ...user } as const
    for (const wrong of [
      { ...sasl, password: 'guessed' },
      { ...sasl, username: 'nobody' }
    ]) {
      await refuses(t, 'scram', { tls: trusting(), sasl: wrong }, 'brokers-refuse-login')
    }
    await refuses(t, 'scram', { tls: trusting() }, 'brokers-hang-up')
  })

  it('never speaks without TLS to a listener that does, nor takes one that does not for secure', async (t) => {
    await refuses(t, 'tls', {}, 'brokers-hang-up')
    const plain = { ...config('tls', { tls: trusting() }), brokers: [...kafka.bootstrap] }
    await assert.rejects(openKafkaLog(t, plain), { code: 'BUS_LOG_UNAVAILABLE' })
  })

  it('refuses settings that cannot be meant', async (t) => {
    const mechanism = 'scram-sha-512'
    const { certFile } = authority.issue('lonely')
    await misconfigured(t, { tls: { certFile } }, /certFile and .*keyFile/)
    await misconfigured(t, { tls: { caFile: join(folder, 'nothing') } }, /no such file.*nothing/)
    await misconfigured(
      t,
      { sasl: { mechanism, username: 'a' } },
      /exactly one of sasl\.password and sasl\.passwordFile/
    )
    const sasl = { mechanism, ...user, passwordFile: certFile } as const
    await misconfigured(t, { sasl }, /exactly one of sasl\.password and sasl\.passwordFile/)
  })
})
