import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import { type Authority, makeAuthority } from '#tests/helpers/authority.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { startTcpProxy } from '#tests/helpers/tcp-proxy.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { bindPassword, settingsFor } from '../fixtures/open.ts'
import type { DirectorySettings } from '../settings.ts'
import { openDirectory } from './open-directory.ts'

describe('LDAP over TLS', needs('slapd'), () => {
  const cleanup = afterSuite()
  let folder: string
  let slapd: Slapd
  let authority: Authority
  before(async () => {
    folder = temporaryFolder(cleanup)
    authority = makeAuthority(folder, 'province')
    slapd = await startSlapd(
      cleanup,
      bindPassword,
      authority.issue('ldap', 'DNS:ldap.example.vn,IP:127.0.0.1,IP:::1')
    )
  })

  const ways = {
    'ldaps://': () => ({ url: slapd.secureUrl }),
    StartTLS: () => ({ url: slapd.url, startTls: true })
  }
  const open = async (t: TestContext, more: Partial<DirectorySettings>) => {
    const directory = await openDirectory(settingsFor(slapd, folder, more), new AbortController().signal)
    t.after(() => directory.close())
    return directory
  }
  it('signs in at an IPv6 address, with and without TLS', async (t) => {
    const at = async (url: string): Promise<string> =>
      `[::1]:${(await startTcpProxy(t, Number(new URL(url).port), '::1')).port}`
    await (await open(t, { url: `ldap://${await at(slapd.url)}` })).check()
    const tls = { authoritiesFile: authority.caFile }
    await (await open(t, { url: `ldap://${await at(slapd.url)}`, startTls: true, tls })).check()
    await (await open(t, { url: `ldaps://${await at(slapd.secureUrl)}`, tls })).check()
  })

  const refusal = async (t: TestContext, more: Partial<DirectorySettings>): Promise<string> => {
    const refused: unknown = await open(t, more).catch((error: unknown) => error)
    assert.ok(refused instanceof Error && 'text' in refused && typeof refused.text === 'function')
    return `${'code' in refused ? refused.code : ''} ${refused.text('en')}`
  }

  for (const [name, way] of Object.entries(ways)) {
    it(`${name}: signs in to a server whose certificate an authority of the file signed`, async (t) => {
      for (const serverName of ['ldap.example.vn', '127.0.0.1']) {
        const directory = await open(t, { ...way(), tls: { authoritiesFile: authority.caFile, serverName } })
        await directory.check()
      }
    })

    it(`${name}: signs in anew after the server was started again`, async (t) => {
      const directory = await open(t, { ...way(), tls: { authoritiesFile: authority.caFile } })
      await slapd.kill()
      await slapd.start()
      await directory.check().catch(() => {}) // The first request may be the one that notices.
      await directory.check()
    })

    it(`${name}: a certificate of another authority, or for another name, is refused and said`, async (t) => {
      const other = makeAuthority(folder, `other-${name.length}`)
      const foreign = await refusal(t, { ...way(), tls: { authoritiesFile: other.caFile } })
      assert.match(foreign, /^BUS_PEER_UNREACHABLE .*TLS with it fails .*authoritiesFile/)
      assert.match(await refusal(t, way()), /^BUS_PEER_UNREACHABLE .*TLS with it fails/)
      const tls = { authoritiesFile: authority.caFile, serverName: 'ldap.elsewhere.vn' }
      const wrongName = await refusal(t, { ...way(), tls })
      assert.match(wrongName, /^BUS_PEER_UNREACHABLE .*TLS with it fails .*ldap\.elsewhere\.vn/)
    })
  }

  it('a server without TLS is refused where StartTLS is set, before the password is sent', async (t) => {
    const plain = await startSlapd(t, bindPassword)
    assert.match(await refusal(t, { url: plain.url, startTls: true }), /^BUS_PEER_FAILED/)
  })

  it('a file of authorities that cannot be used is named', async (t) => {
    const empty = join(folder, 'empty.pem')
    writeFileSync(empty, 'nothing')
    for (const authoritiesFile of [empty, join(folder, 'none.pem')])
      assert.match(
        await refusal(t, { url: slapd.secureUrl, tls: { authoritiesFile } }),
        /^BUS_PEER_CREDENTIALS The file of tls\.authoritiesFile cannot be used: (?:ENOENT|it has no certificate)/
      )
  })
})
