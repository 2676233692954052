import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { signJws } from '#protocol/trust/compact-jws.ts'
import { signLink } from '#protocol/trust/login-link.ts'
import { personOf } from '#protocol/trust/person.ts'
import { newClaims, signToken } from '#protocol/trust/token.ts'
import { keyFiles, keyIn, readKey, type StoredKey } from '#runtime/keyring.ts'
import { type Browser, openBrowser } from '../../helpers/browser.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { actOnSystem, codes, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

const operatorSystem = '/bus/systems/operator'
const person = { id: 'an', name: 'Nguyễn Văn An' }
let bus: TestBus
let operatorKey: StoredKey
const suite = afterSuite()

before(async () => {
  bus = await startTestBus(suite)
  operatorKey = await readKey(keyFiles(bus.folder).operator)
})

interface LinkChanges {
  readonly system?: string
  readonly audience?: string
  readonly now?: number
  readonly person?: { readonly id: string; readonly name: string }
  readonly key?: StoredKey
}

async function tokenOf({ key = operatorKey, ...changes }: LinkChanges = {}): Promise<string> {
  const options = { system: operatorSystem, audience: bus.url, person, now: Date.now(), ...changes }
  return (await signLink(options, key.signingKey)).split('#login=')[1] ?? ''
}

function exchange(browser: Browser, token: unknown, changes: { readonly from?: string | undefined } = {}) {
  return exchangeAt(bus, token, browser, changes)
}

function exchangeAt(
  { url }: Pick<TestBus, 'url'>,
  token: unknown,
  browser = openBrowser(),
  changes: { readonly from?: string | undefined } = {}
) {
  return browser.request(`${url}/console/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    from: `${url}/console/`,
    ...changes
  } as never)
}

async function loggedIn(changes: LinkChanges = {}): Promise<{ browser: Browser; csrf: string }> {
  const browser = openBrowser()
  const answer = await exchange(browser, await tokenOf(changes))
  assert.equal(answer.status, 204, answer.text)
  return { browser, csrf: String((await session(browser)).json().csrf) }
}

const session = (browser: Browser) =>
  browser.request(`${bus.url}/console/session`, { from: `${bus.url}/console/` })
const read = (browser: Browser, path: string) =>
  browser.request(bus.url + path, { from: `${bus.url}/console/` })
const change = (browser: Browser, path: string, csrf: string, body: object = {}) =>
  browser.request(bus.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify(body),
    from: `${bus.url}/console/`
  })

describe('a log-in link', () => {
  it('logs a person in with the rights of the system that signed, in a cookie that no page can read', async () => {
    const browser = openBrowser()
    const answer = await exchange(browser, await tokenOf())
    assert.equal(answer.status, 204)
    const [cookie = ''] = answer.headers.getSetCookie()
    assert.match(cookie, /^lienthong-session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const shown = (await session(browser)).json()
    assert.deepEqual(shown.person, person)
    assert.deepEqual([shown.roles, shown.mayChange, shown.agency], [['operator'], true, undefined])
    assert.ok(Date.parse(String(shown.idleUntil)) < Date.parse(String(shown.until)))
    const connectors = await read(browser, '/v1/connectors')
    assert.deepEqual([connectors.status, connectors.headers.get('cache-control')], [200, 'no-store'])
  })

  it('is in the fragment, which no server, log or Referer gets', async () => {
    const link = await signLink(
      { system: operatorSystem, audience: bus.url, person, now: Date.now() },
      operatorKey.signingKey
    )
    assert.match(link, new RegExp(`^${bus.url}/console/#login=`))
    assert.equal(new URL(link).search, '')
  })

  it('is good once, also when it is used twice at once', async () => {
    const token = await tokenOf()
    const answers = await Promise.all([1, 2, 3, 4].map(() => exchange(openBrowser(), token)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 401, 401, 401])
    const again = await exchange(openBrowser(), token)
    assert.deepEqual([again.status, again.json().code], [401, 'BUS_SESSION_INVALID'])
    assert.match(String(again.json().detail), /used before/)
  })

  it('leaves nobody logged in when it is used up', async () => {
    const token = await tokenOf()
    await exchange(openBrowser(), token)
    const late = openBrowser()
    await exchange(late, token)
    assert.equal((await session(late)).status, 401)
  })

  const refused: Readonly<Record<string, () => Promise<unknown>>> = {
    expired: () => tokenOf({ now: Date.now() - 61_000 }),
    'from the future': () => tokenOf({ now: Date.now() + 40_000 }),
    'for another gateway': () => tokenOf({ audience: 'https://elsewhere.example' }),
    'signed with a key of a stranger': async () =>
      tokenOf({ key: await keyIn(join(bus.folder, 'stranger.jwk'), operatorKey.publicJwk.kid) }),
    "signed with an agency's key in the operator's name": () => tokenOf({ key: bus.keys.A }),
    'of a system that is unknown': () => tokenOf({ system: '/agencies/000.00.99.H03/systems/qlvb' }),
    'good for longer than a minute': () =>
      signJws(
        {
          ...newClaims({ system: operatorSystem, audience: bus.url, now: Date.now(), lifeSeconds: 90 }),
          person
        },
        'lienthong-login+jwt',
        operatorKey.signingKey
      ),
    'without a person': () =>
      signJws(
        newClaims({ system: operatorSystem, audience: bus.url, now: Date.now(), lifeSeconds: 60 }),
        'lienthong-login+jwt',
        operatorKey.signingKey
      ),
    'that is a token for reading': () =>
      signToken(
        newClaims({ system: operatorSystem, audience: bus.url, now: Date.now() }),
        operatorKey.signingKey
      ),
    changed: async () => {
      const token = await tokenOf()
      const at = token.lastIndexOf('.') + 5
      return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    },
    'that is no text': async () => 7,
    'that is empty': async () => '',
    'of 20,000 characters': async () => 'A'.repeat(20_000)
  }
  for (const [what, make] of Object.entries(refused)) {
    it(`is refused ${what}`, async () => {
      const browser = openBrowser()
      const answer = await exchange(browser, await make())
      assert.deepEqual([answer.status, answer.json().code], [401, 'BUS_SESSION_INVALID'])
      assert.deepEqual(answer.headers.getSetCookie(), [])
    })
  }

  it('opens no route itself', async () => {
    const answer = await fetch(`${bus.url}/v1/connectors`, {
      headers: { authorization: `Bearer ${await tokenOf()}` }
    })
    assert.equal(answer.status, 401)
  })

  it('is not taken from a page of another origin, nor from who does not say which', async () => {
    for (const from of ['https://evil.example/', 'http://127.0.0.1:1/', undefined]) {
      const token = await tokenOf()
      const answer = await exchange(openBrowser(), token, { from })
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_NOT_PERMITTED'])
      assert.equal((await exchange(openBrowser(), token)).status, 204, 'the link is not used up')
    }
  })

  it('shows a hostile name as text', async () => {
    const name = `<script>alert(1)</script>${'x'.repeat(1000)}`
    const { browser } = await loggedIn({ person: { id: 'h', name } })
    assert.deepEqual((await session(browser)).json().person, { id: 'h', name: name.slice(0, 200) })
    assert.deepEqual(personOf('\u202Eh', 'a\u0007b\u2028c'), { id: '\\u202eh', name: 'a\\u0007b\\u2028c' })
  })
})

describe('a session', () => {
  it('begins with a new secret at every log-in, and ends the one before', async () => {
    const { browser } = await loggedIn()
    const before = await browser.jar.getCookieString(bus.url)
    await exchange(browser, await tokenOf({ person: { id: 'binh', name: 'Bình' } }))
    const now = await browser.jar.getCookieString(bus.url)
    assert.notEqual(before, now)
    const old = await fetch(`${bus.url}/console/session`, { headers: { cookie: before } })
    assert.equal(old.status, 401)
  })

  it('is not begun with a secret that somebody else chose', async () => {
    const browser = openBrowser()
    const name = `lienthong-session-${new URL(bus.url).port}`
    const chosen = 'A'.repeat(43)
    await browser.jar.setCookie(`${name}=${chosen}; Path=/`, bus.url)
    await exchange(browser, await tokenOf())
    assert.doesNotMatch(await browser.jar.getCookieString(bus.url), new RegExp(chosen))
    const answer = await fetch(`${bus.url}/console/session`, { headers: { cookie: `${name}=${chosen}` } })
    assert.equal(answer.status, 401)
  })

  it('is refused if its cookie is there twice, and with a secret that is none', async () => {
    const { browser } = await loggedIn()
    const cookie = await browser.jar.getCookieString(bus.url)
    const [name] = cookie.split('=')
    for (const header of [
      `${cookie}; ${name}=${'A'.repeat(43)}`,
      `${name}=`,
      `${name}=' OR 1=1--`,
      'other=1'
    ])
      assert.equal((await fetch(`${bus.url}/console/session`, { headers: { cookie: header } })).status, 401)
  })

  it('changes nothing without its CSRF token', async () => {
    const { browser } = await loggedIn()
    const other = await loggedIn()
    for (const csrf of ['', 'x', other.csrf]) {
      const answer = await change(browser, '/v1/deliveries', csrf, { act: 'retry' })
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_NOT_PERMITTED'])
      const logout = await browser.request(`${bus.url}/console/session`, {
        method: 'DELETE',
        headers: { 'x-csrf-token': csrf },
        from: `${bus.url}/console/`
      })
      assert.equal(logout.status, 403)
    }
    assert.equal((await session(browser)).status, 200)
  })

  it('changes nothing and shows nothing for a page of another origin', async () => {
    const { browser, csrf } = await loggedIn()
    const cookie = await browser.jar.getCookieString(bus.url)
    const headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
    const statusOf = async (more: object, method = 'POST') =>
      (
        await fetch(`${bus.url}/v1/deliveries`, {
          method,
          headers: { ...headers, ...more },
          ...(method === 'POST' ? { body: '{}' } : {})
        })
      ).status
    assert.equal(await statusOf({ origin: 'https://evil.example' }), 403)
    assert.equal(await statusOf({ origin: 'null' }), 403)
    assert.equal(await statusOf({ origin: bus.url, 'sec-fetch-site': 'same-site' }), 403)
    assert.equal(await statusOf({}), 403, 'without Origin')
    assert.equal(await statusOf({ 'sec-fetch-site': 'cross-site' }, 'GET'), 403)
    assert.equal(await statusOf({ origin: 'https://evil.example' }, 'GET'), 403)
    assert.equal(await statusOf({ origin: bus.url }), 422, 'with both, the act itself is looked at')
    assert.equal(await statusOf({ 'sec-fetch-site': 'none' }, 'GET'), 200, 'an address that a person entered')
  })

  it('opens neither what systems publish, read and answer, nor the control state', async () => {
    const { browser, csrf } = await loggedIn()
    for (const path of [
      '/v1/events',
      '/v1/inbox/acknowledgements',
      '/v1/agencies',
      '/v1/systems',
      '/v1/agreements'
    ])
      assert.equal((await change(browser, path, csrf)).json().code, 'BUS_NOT_PERMITTED', path)
    assert.equal((await read(browser, '/v1/inbox')).json().code, 'BUS_NOT_PERMITTED')
    assert.equal((await read(browser, '/v1/agencies')).status, 200)
  })

  it('ends when the person logs out', async () => {
    const { browser, csrf } = await loggedIn()
    const cookie = await browser.jar.getCookieString(bus.url)
    const answer = await browser.request(`${bus.url}/console/session`, {
      method: 'DELETE',
      headers: { 'x-csrf-token': csrf },
      from: `${bus.url}/console/`
    })
    assert.deepEqual([answer.status, answer.json()], [200, {}])
    assert.equal(await browser.jar.getCookieString(bus.url), '')
    assert.equal((await fetch(`${bus.url}/v1/connectors`, { headers: { cookie } })).status, 401)
  })

  it('of a reader sees its agency, and changes nothing', async () => {
    const { browser, csrf } = await loggedIn({ system: systemOf('B'), key: bus.keys.B })
    const shown = (await session(browser)).json()
    assert.deepEqual([shown.roles, shown.agency, shown.mayChange], [['reader'], codes.B, false])
    const answer = await change(browser, '/v1/deliveries', csrf, { act: 'retry', filter: {}, dryRun: true })
    assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_NOT_PERMITTED'])
    const foreign = await read(browser, `/v1/deliveries?recipient=${codes.A}`)
    assert.equal(foreign.json().code, 'BUS_NOT_PERMITTED')
    const { systems } = await bus.clients.B.get<{ systems: readonly { lastRefused?: string }[] }>(
      `/v1/agencies/${codes.B}/activity`
    )
    assert.deepEqual(
      systems.map(({ lastRefused }) => lastRefused),
      [undefined],
      'no system of the agency was refused'
    )
  })

  it('shows a reader an event without delivering it to the agency', async () => {
    const event = bus.document()
    await bus.clients.A.publish(event)
    const { browser } = await loggedIn({ system: systemOf('B'), key: bus.keys.B })
    const path = `/v1/events?source=${encodeURIComponent(String(event.source))}&id=${encodeURIComponent(String(event.id))}`
    assert.equal((await read(browser, path)).status, 200)
    const { deliveries } = (await bus.clients.A.get(path)) as { deliveries: readonly { state: string }[] }
    assert.deepEqual(
      deliveries.map(({ state }) => state),
      ['pending']
    )
  })

  it('ends when the key that signed its link is retired, and when its system is suspended', async () => {
    const key = await keyIn(join(bus.folder, 'second.jwk'), 'second')
    await actOnSystem(bus.operator, systemOf('C'), { act: 'key.added', key: key.publicJwk })
    const retired = await loggedIn({ system: systemOf('C'), key })
    const suspended = await loggedIn({ system: systemOf('C'), key: bus.keys.C })
    await actOnSystem(bus.operator, systemOf('C'), { act: 'key.retired', kid: 'second' })
    const answer = await session(retired.browser)
    assert.deepEqual([answer.status, answer.json().code], [401, 'BUS_SESSION_INVALID'])
    assert.match(String(answer.json().detail), /withdrawn/)
    assert.equal((await session(suspended.browser)).status, 200)
    await actOnSystem(bus.operator, systemOf('C'), { act: 'system.suspended' })
    assert.equal((await session(suspended.browser)).status, 401)
  })

  it('does not stand beside a token: the token counts', async () => {
    const { browser } = await loggedIn()
    const cookie = await browser.jar.getCookieString(bus.url)
    const answer = await fetch(`${bus.url}/v1/connectors`, { headers: { cookie, authorization: 'Bearer x' } })
    assert.equal(answer.status, 401)
  })
})

it('on a full disk an operator is logged in, and no other', async (t) => {
  const full = await startTestBus(t, { settings: { data: { reserveMb: 1_048_576 } } })
  const key = await readKey(keyFiles(full.folder).operator)
  const ofOperator = await exchangeAt(full, await tokenOf({ audience: full.url, key }))
  assert.equal(ofOperator.status, 204, ofOperator.text)
  const token = await tokenOf({ audience: full.url, system: systemOf('B'), key: full.keys.B })
  const ofAgency = await exchangeAt(full, token)
  assert.deepEqual([ofAgency.status, ofAgency.json().code], [503, 'BUS_STORE_UNAVAILABLE'])
})

it('the OpenAPI document says what a session opens', async () => {
  const { paths, components } = (await (await fetch(`${bus.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: readonly object[] }>>
    components: { securitySchemes: Record<string, { in?: string }> }
  }
  assert.equal(components.securitySchemes.session?.in, 'cookie')
  const opens = (path: string, method: string): boolean =>
    paths[path]?.[method]?.security?.some((one) => 'session' in one) ?? false
  assert.deepEqual(
    [opens('/v1/connectors', 'get'), opens('/v1/connectors', 'post'), opens('/v1/inbox', 'get')],
    [true, true, false]
  )
  assert.deepEqual([opens('/v1/events', 'post'), opens('/v1/agencies', 'post')], [false, false])
})
