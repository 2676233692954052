import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { startSmsc } from '#deploy/outsides/smsc/smsc.ts'
import { makeAuthority } from '#tests/helpers/authority.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { wasNeverSent } from '../../host/outbound/next-step.ts'
import { hasCode } from '../fixtures/has-code.ts'
import { account, notice, openSms } from '../fixtures/open.ts'
import sms from '../index.ts'

/** A centre whose certificate names `smsc.example.vn`, and an instance that trusts its authority. */
async function overTls(t: TestContext) {
  const folder = temporaryFolder(t)
  const authority = makeAuthority(folder, 'operator')
  const { certFile, keyFile } = authority.issue('smsc', 'DNS:smsc.example.vn')
  const trusting = { authoritiesFile: authority.caFile, serverName: 'smsc.example.vn' }
  const own = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  const opened = await openSms(t, { smsc: { tls: own }, settings: { tls: trusting } })
  const connectWith = async (tls: object) =>
    sms.connect({ ...opened.settings, tls: { ...trusting, ...tls } }, opened.io)
  return { ...opened, folder, connectWith }
}

describe('TLS', () => {
  it('to a centre whose authority is trusted delivers', async (t) => {
    const { smsc, deliver } = await overTls(t)
    await deliver(notice())
    assert.equal(smsc.messages.length, 1)
  })

  it('to a centre of another authority, or of another name, is refused with its reason', async (t) => {
    const { smsc, folder, connectWith } = await overTls(t)
    const other = makeAuthority(folder, 'other').caFile
    const refused: readonly (readonly [object, string])[] = [
      [{ authoritiesFile: other }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      [{ serverName: 'sms.example.vn' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [{ serverName: undefined }, 'ERR_TLS_CERT_ALTNAME_INVALID'] // Its address is not in the certificate.
    ]
    for (const [tls, problem] of refused) {
      await assert.rejects(connectWith(tls), (error: Error) => {
        assert.ok(hasCode('BUS_PEER_UNREACHABLE', 'sms:tlsFailed')(error))
        assert.match(error.message, new RegExp(`${problem}.*tls.authoritiesFile`))
        return wasNeverSent(error)
      })
    }
    assert.equal(smsc.binds, 1, 'the account was not given to a centre that is not trusted')
  })

  it('with a file of authorities that is missing, or has no certificate, names the setting', async (t) => {
    const { folder, connectWith } = await overTls(t)
    const empty = join(folder, 'empty.pem')
    writeFileSync(empty, 'no certificate')
    for (const [authoritiesFile, problem] of [
      [join(folder, 'missing.pem'), 'ENOENT'],
      [empty, 'no certificate']
    ]) {
      await assert.rejects(connectWith({ authoritiesFile }), (error: Error) => {
        assert.match(error.message, new RegExp(`tls.authoritiesFile cannot be used: .*${problem}`))
        return hasCode('BUS_PEER_CREDENTIALS', 'sms:secretUnreadable')(error)
      })
    }
  })

  it('to a centre without it is refused with its reason', async (t) => {
    const { settings, io } = await openSms(t)
    await assert.rejects(
      async () => sms.connect({ ...settings, tls: {} }, io),
      hasCode('BUS_PEER_UNREACHABLE', 'sms:tlsFailed')
    )
  })

  it('to a server that accepts and says nothing ends with the time limit', async (t) => {
    const { io, settings } = await openSms(t, { settings: { responseTimeoutMs: 300 } })
    const plain = await startSmsc(account)
    t.after(() => plain.close())
    plain.behaviour.frozen = true
    const startedAt = performance.now()
    await assert.rejects(
      async () => sms.connect({ ...settings, port: plain.port }, io),
      hasCode('BUS_PEER_UNREACHABLE', 'sms:noAnswer')
    )
    assert.ok(performance.now() - startedAt < 5000)
  })
})
