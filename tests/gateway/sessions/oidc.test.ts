import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it } from 'node:test'
import { type Browser, openBrowser } from '../../helpers/browser.ts'
import { type OidcBus, startOidcBus } from '../../helpers/oidc-bus.ts'
import type { OpenIdProvider } from '../../helpers/openid-provider.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { codes, type TestBus } from '../../helpers/test-bus.ts'

describe('log-in at an OpenID provider that gives roles in user info', () => {
  const suite = afterSuite()
  let bus: TestBus
  let provider: OpenIdProvider

  let of: OidcBus['of']

  before(async () => {
    const started = await startOidcBus(suite)
    bus = started.bus
    provider = started.provider
    of = started.of
    for (const name of ['an-2', 'binh']) of(name, ['bus-operators'])
    of('an', ['bus-operators', 'other'])
    of('kiem', ['thanh-tra'])
    of('doc', ['bus-readers'], { agency: codes.B })
    of('doc-unknown', ['bus-readers'], { agency: '000.00.99.H03' })
    of('doc-nowhere', ['bus-readers'])
    of('nobody', ['something'])
  })

  const start = (query = ''): string => `${bus.url}/console/oidc/start${query}`

  /** Goes to the provider, logs in there, and stops where the provider sends the browser back to. */
  const untilReturn = async (
    browser: Browser,
    as: { account: string; acr?: string },
    query = ''
  ): Promise<string> => {
    const form = await browser.visit(start(query))
    const back = form.text.includes('Log in') ? await provider.login(browser, form.url, as) : form
    return back.url
  }

  const login = async (browser: Browser, as: { account: string; acr?: string }, query = '') => {
    const back = await untilReturn(browser, as, query)
    assert.ok(back.startsWith(`${bus.url}/console/oidc/return?`), back)
    return browser.request(back, { from: provider.issuer })
  }

  const session = (browser: Browser) =>
    browser.request(`${bus.url}/console/session`, { from: `${bus.url}/console/` })

  const change = async (browser: Browser) =>
    browser.request(`${bus.url}/v1/deliveries`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-csrf-token': String((await session(browser)).json().csrf)
      },
      body: JSON.stringify({ act: 'retry', filter: {}, dryRun: true }),
      from: `${bus.url}/console/`
    })

  it('gives an operator, an auditor and a reader their rights', async () => {
    const shown = async (account: string) => {
      const browser = openBrowser()
      const answer = await login(browser, { account })
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/console/'])
      const { person, roles: own, agency, mayChange } = (await session(browser)).json()
      const connectors = await browser.request(`${bus.url}/v1/connectors`, { from: `${bus.url}/console/` })
      assert.equal(connectors.status, 200)
      return [(person as { name: string }).name, own, agency, mayChange]
    }
    assert.deepEqual(await shown('an'), ['Ông an', ['operator'], undefined, true])
    assert.deepEqual(await shown('kiem'), ['Ông kiem', ['auditor'], undefined, false])
    assert.deepEqual(await shown('doc'), ['Ông doc', ['reader'], codes.B, false])
  })

  it('logs nobody in without a role, nor a reader without an agency that is known', async () => {
    for (const account of ['nobody', 'doc-unknown', 'doc-nowhere']) {
      const browser = openBrowser()
      const answer = await login(browser, { account })
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_LOGIN_REFUSED'], account)
      assert.equal((await session(browser)).status, 401)
    }
  })

  it('tells a person whom the provider does not log in, on a page that shows no text of the address', async () => {
    const browser = openBrowser()
    const back = await untilReturn(browser, { account: '' })
    const answer = await browser.request(back, { from: provider.issuer, headers: { accept: 'text/html' } })
    assert.equal(answer.status, 403)
    assert.match(answer.text, /access_denied/)
    assert.doesNotMatch(answer.text, /cancelled|<b>/)
    assert.match(String(answer.headers.get('content-security-policy')), /default-src 'none'/)
    assert.equal((await session(browser)).status, 401)
  })

  it('demands a stronger log-in for a change, and takes it then', async () => {
    const browser = openBrowser()
    await login(browser, { account: 'an', acr: 'low' })
    const weak = await change(browser)
    assert.deepEqual([weak.status, weak.json().code], [403, 'BUS_STEP_UP_REQUIRED'])
    const answer = await login(
      browser,
      { account: 'an', acr: 'high' },
      '?stepUp=1&return=/console/deliveries'
    )
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/console/deliveries'])
    assert.equal((await session(browser)).json().acr, 'high')
    assert.deepEqual((await change(browser)).json(), { count: 0 })
  })

  it('refuses a stronger log-in that is none', async () => {
    const browser = openBrowser()
    const answer = await login(browser, { account: 'an', acr: 'low' }, '?stepUp=1')
    assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_LOGIN_REFUSED'])
    assert.match(String(answer.json().detail), /low.*high/)
    assert.equal((await session(browser)).status, 401)
  })

  describe('the way back is refused', () => {
    const refusedAt = async (browser: Browser, url: string) => {
      const answer = await browser.request(url, { from: provider.issuer })
      assert.deepEqual([answer.status, answer.json().code], [403, 'BUS_LOGIN_REFUSED'], url)
      assert.equal((await session(browser)).status, 401)
    }

    it('in another browser: nobody is logged in as somebody else', async () => {
      const back = await untilReturn(openBrowser(), { account: 'an' })
      await refusedAt(openBrowser(), back)
      const victim = openBrowser()
      await victim.visit(start())
      await refusedAt(victim, back)
    })

    it('with another state, code or issuer', async () => {
      for (const [name, value] of [
        ['state', 'A'.repeat(43)],
        ['code', 'A'.repeat(43)],
        ['iss', 'https://other-provider.example']
      ] as const) {
        const browser = openBrowser()
        const back = new URL(await untilReturn(browser, { account: 'an' }))
        assert.ok(back.searchParams.has(name), `the provider gives ${name}`)
        back.searchParams.set(name, value)
        await refusedAt(browser, back.href)
      }
    })

    it('with an address that names its origin, as to a proxy', async () => {
      const { hostname, port } = new URL(bus.url)
      const path = 'http://proxy.example/console/oidc/return?state=x'
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        httpRequest({ hostname, port, path, agent: false }, resolve).on('error', reject).end()
      })
      answer.resume()
      assert.equal(answer.statusCode, 403)
    })

    it('the second time, and without anything', async () => {
      const browser = openBrowser()
      const back = await untilReturn(browser, { account: 'an' })
      assert.equal((await browser.request(back, { from: provider.issuer })).status, 303)
      const again = await browser.request(back, { from: provider.issuer })
      assert.equal(again.status, 403)
      await refusedAt(openBrowser(), `${bus.url}/console/oidc/return`)
    })
  })

  it('asks for the roles again, and ends a session whose role is withdrawn or whose log-in is ended', async () => {
    const due = (): void => {
      const database = new DatabaseSync(join(bus.folder, 'store.sqlite'), { timeout: 30_000 })
      database.exec('UPDATE sessions SET "checkedAt" = 0')
      database.close()
    }
    const an = openBrowser()
    const binh = openBrowser()
    await login(an, { account: 'an-2' })
    await login(binh, { account: 'binh' })
    due()
    assert.deepEqual((await session(an)).json().roles, ['operator'])
    of('an-2', ['thanh-tra'])
    provider.accounts.delete('binh')
    assert.deepEqual((await session(an)).json().roles, ['operator'], 'it was asked just now')
    due()
    assert.deepEqual((await session(an)).json().roles, ['auditor'])
    assert.equal((await session(binh)).json().code, 'BUS_SESSION_INVALID')
    of('an-2', [])
    due()
    const ended = await session(an)
    assert.deepEqual([ended.status, ended.json().code], [401, 'BUS_SESSION_INVALID'])
  })

  it('goes on nowhere but in the console', async () => {
    for (const away of [
      'https://evil.example/console/',
      '//evil.example/console',
      '/\\evil.example/console',
      '/console/../..//evil.example',
      '/console@evil.example',
      '/consoles',
      'javascript:alert(1)',
      '/v1/events'
    ]) {
      const answer = await openBrowser().request(start(`?return=${encodeURIComponent(away)}`))
      assert.deepEqual([answer.status, answer.json().code], [400, 'BUS_QUERY_INVALID'], away)
    }
    const browser = openBrowser()
    const page = '/console/flows/a%20b?q=1#x'
    const answer = await login(browser, { account: 'an' }, `?return=${encodeURIComponent(page)}`)
    assert.equal(answer.headers.get('location'), page)
  })

  it('logs out at the provider too', async () => {
    const browser = openBrowser()
    await login(browser, { account: 'an' })
    const { csrf } = (await session(browser)).json()
    const answer = await browser.request(`${bus.url}/console/session`, {
      method: 'DELETE',
      headers: { 'x-csrf-token': String(csrf) },
      from: `${bus.url}/console/`
    })
    const logout = new URL(String(answer.json().logout))
    assert.equal(logout.origin, provider.issuer)
    assert.equal(logout.searchParams.get('post_logout_redirect_uri'), `${bus.url}/console/`)
    assert.ok(logout.searchParams.has('id_token_hint'))
    assert.equal((await session(browser)).status, 401)
  })

  it('says how people can log in', async () => {
    const ways = (await openBrowser().request(`${bus.url}/console/login`)).json()
    assert.deepEqual(ways, { oidc: '/console/oidc/start' })
  })
})
