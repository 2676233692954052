import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { type Browser, openBrowser } from '../../helpers/browser.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { startTestBus, type TestBus } from '../../helpers/test-bus.ts'

/** What a provider might answer that is faulty, or not the one that was asked. */
describe('the answer of an OpenID provider', () => {
  const suite = afterSuite()
  const clientId = 'lienthong'
  const key = generateKeyPair('RS256')
  const stranger = generateKeyPair('RS256')
  let bus: TestBus
  let issuer: string
  /** What the provider does at its token endpoint, and says in its metadata. */
  let idToken: (claims: JWTPayload) => Promise<string | undefined>
  let tokenStatus = 200
  let metadata: object = {}
  let asked = new URLSearchParams()

  before(async () => {
    const server = createServer(async (request, response) => {
      const json = (value: unknown, status = 200): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
      }
      switch (request.url) {
        case '/.well-known/openid-configuration':
          return json({
            ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
            ...{ jwks_uri: `${issuer}/jwks`, response_types_supported: ['code'] },
            ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
            ...{ authorization_response_iss_parameter_supported: true },
            ...metadata
          })
        case '/jwks':
          return json({
            keys: [{ ...(await exportJWK((await key).publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }]
          })
        default: {
          const now = Math.floor(Date.now() / 1000)
          const claims = {
            iss: issuer,
            sub: 'an',
            aud: clientId,
            iat: now,
            exp: now + 60,
            nonce: asked.get('nonce')
          }
          const token = await idToken({ ...claims, name: 'An', roles: 'ops' })
          return json(
            { access_token: 'x', token_type: 'Bearer', id_token: token, refresh_token: 'r' },
            tokenStatus
          )
        }
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    suite.after(() => {
      server.closeAllConnections()
      server.close()
    })
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const oidc = { issuer, clientId, roles: { operator: ['ops'] } }
    bus = await startTestBus(suite, { settings: { console: { oidc } } })
  })

  const sign = async (claims: JWTPayload, by = key, kid = 'one'): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign((await by).privateKey)

  const login = async (browser: Browser, changes: Readonly<Record<string, string>> = {}) => {
    const begun = await browser.request(`${bus.url}/console/oidc/start`)
    asked = new URL(String(begun.headers.get('location'))).searchParams
    const back = new URL(`${bus.url}/console/oidc/return`)
    const query = { code: 'c', state: String(asked.get('state')), iss: issuer, ...changes }
    for (const [name, value] of Object.entries(query)) if (value !== '') back.searchParams.set(name, value)
    return browser.request(back.href, { from: issuer })
  }

  it('logs in if it is good', async () => {
    idToken = sign
    const browser = openBrowser()
    const answer = await login(browser)
    assert.equal(answer.status, 303, answer.text)
    const session = await browser.request(`${bus.url}/console/session`, { from: `${bus.url}/console/` })
    assert.deepEqual(session.json().person, { id: 'an', name: 'An' })
    assert.deepEqual(asked.get('code_challenge_method'), 'S256')
  })

  const forged: Readonly<Record<string, (claims: JWTPayload) => Promise<string | undefined>>> = {
    'is for another client': (claims) => sign({ ...claims, aud: 'another' }),
    'is for several clients, and not given to this one': (claims) =>
      sign({ ...claims, aud: [clientId, 'another'], azp: 'another' }),
    'has the nonce of another log-in': (claims) => sign({ ...claims, nonce: 'another' }),
    'has no nonce': ({ nonce, ...claims }) => sign(claims),
    'is of another issuer': (claims) => sign({ ...claims, iss: 'https://another.example' }),
    'has expired': (claims) => sign({ ...claims, iat: 1, exp: 2 }),
    'is signed with another key': (claims) => sign(claims, stranger),
    'names a key that the provider does not have': (claims) => sign(claims, stranger, 'two'),
    'is not signed': async (claims) => new UnsecuredJWT(claims).encode(),
    'is signed with the name of the client as a secret': (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(clientId.padEnd(32, '.'))),
    'has a changed signature': async (claims) => {
      const [header, payload] = (await sign(claims)).split('.')
      return `${header}.${payload}.${'A'.repeat(342)}`
    },
    'has no sub': ({ sub, ...claims }) => sign(claims),
    'is missing': async () => undefined
  }
  for (const [fault, make] of Object.entries(forged)) {
    it(`is refused if its ID token ${fault}`, async () => {
      idToken = make
      const browser = openBrowser()
      const answer = await login(browser)
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_LOGIN_REFUSED'])
      const cookies = answer.headers.getSetCookie().filter((cookie) => cookie.includes('session'))
      assert.deepEqual(cookies, [])
    })
  }

  it('is refused if it names another issuer or none, so that two providers cannot be mixed up', async () => {
    idToken = sign
    for (const iss of ['https://another.example', '']) {
      const answer = await login(openBrowser(), { iss })
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_LOGIN_REFUSED'], iss)
    }
  })

  it('is told apart from a provider that is away, where nobody is to blame', async () => {
    idToken = sign
    tokenStatus = 503
    const answer = await login(openBrowser())
    tokenStatus = 200
    assert.deepEqual([answer.status, answer.json().code], [502, 'BUS_PEER_UNREACHABLE'])
  })

  it('that does not come leaves a session as it is', async () => {
    idToken = sign
    const browser = openBrowser()
    await login(browser)
    const database = new DatabaseSync(join(bus.folder, 'store.sqlite'), { timeout: 30_000 })
    database.exec('UPDATE sessions SET "checkedAt" = 0')
    database.close()
    tokenStatus = 503
    const session = await browser.request(`${bus.url}/console/session`, { from: `${bus.url}/console/` })
    tokenStatus = 200
    assert.deepEqual([session.status, session.json().roles], [200, ['operator']])
  })

  it('is not asked for if the provider says that it is another one', async (t) => {
    metadata = { issuer: 'https://another.example' }
    t.after(() => {
      metadata = {}
    })
    const other = await startTestBus(t, {
      settings: { console: { oidc: { issuer, clientId, roles: { operator: ['ops'] } } } }
    })
    const answer = await openBrowser().request(`${other.url}/console/oidc/start`, {
      headers: { accept: 'text/html', 'accept-language': 'vi' }
    })
    assert.equal(answer.status, 502)
    assert.match(answer.text, /<html lang="vi">.*Không kết nối được/)
  })
})
