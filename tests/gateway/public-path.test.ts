import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { loginLink } from '#cli/login-link.ts'
import { examineGateway } from '#cli/remote/examine-gateway.ts'
import { meetGateway } from '#cli/remote/meet-gateway.ts'
import { createSigner } from '#client/signer.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { belowPublicPath } from '#gateway/public-path.ts'
import { openBrowser } from '../helpers/browser.ts'
import { newInstanceName } from '../helpers/host-lab.ts'
import { logIn } from '../helpers/log-in.ts'
import { startOidcBus } from '../helpers/oidc-bus.ts'
import { startChromium } from '../helpers/servers/chromium.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { startTlsProxy } from '../helpers/tls-proxy.ts'
import { until } from '../helpers/until.ts'

const publicPath = '/lienthong'

/** What proxies do with the path of the public URL. */
const ways: Readonly<Record<string, (path: string) => string>> = {
  'takes the path away': (path) => path.slice(publicPath.length),
  'passes the path on': (path) => path
}

for (const [way, pathOf] of Object.entries(ways)) {
  describe(`at a public URL with a path, behind a proxy that ${way}`, () => {
    const suite = afterSuite()
    const instance = newInstanceName()
    let bus: TestBus
    let token = ''

    before(async () => {
      const [port, folder] = [await freePort(), temporaryFolder(suite)]
      const proxy = await startTlsProxy(suite, port, (path) =>
        path.startsWith(`${publicPath}/`) ? pathOf(path) : undefined
      )
      bus = await startTestBus(suite, {
        folder,
        port,
        gateway: { publicUrl: `${proxy}${publicPath}` },
        settings: { connectorFolders: [join(import.meta.dirname, '..', 'contracts', 'kinds')] },
        connectors: [
          {
            ...{ name: instance, kind: 'list', system: systemOf('A'), receivePath: '/hooks/lgsp' },
            ...{ keyFile: join(folder, 'keys', 'A.jwk'), settings: { outside: instance } }
          }
        ]
      })
      const { privateJwk: key } = bus.keys.A
      token = await (await createSigner({ system: systemOf('A'), key, audience: bus.url })).plain()
    })

    it('agencies publish, attach, read and acknowledge', async () => {
      const attached = await bus.clients.A.attach(
        'a.bin',
        'application/octet-stream',
        Buffer.alloc(2_000_000)
      )
      const event = bus.document({}, { attachments: [attached] })
      await bus.clients.A.publish(event)
      const { events } = await bus.clients.B.page({ waitSeconds: 10 })
      assert.deepEqual(events[0]?.event, event)
      const { source, id } = event
      await bus.clients.B.acknowledge({ source, id, state: 'accepted' })
      const bytes = await Array.fromAsync(await bus.clients.B.download(attached.sha256))
      assert.equal(Buffer.concat(bytes).length, 2_000_000)
    })

    it('what answers refer to is there', async () => {
      const problem = await send(`${bus.url}/v1/attachments/${'0'.repeat(64)}`, { token })
      assert.equal(problem.body.instance, `${publicPath}/v1/attachments/${'0'.repeat(64)}`)
      const unreadable = await send(`${bus.url}/v1/agencies/%c3%28`, {})
      assert.equal(unreadable.body.instance, `${publicPath}/v1/agencies/%c3%28`)
      const page = await send(`${bus.url}/v1/agencies?limit=1`, { token })
      const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '') ?? []
      assert.equal((await send(new URL(next, bus.url).href, { token })).status, 200)
      const openapi = await send(`${bus.url}/openapi.json`, {})
      assert.deepEqual(openapi.body.servers, [{ url: bus.url }])
      const asyncapi = await send(`${bus.url}/asyncapi.json`, {})
      const { gateway } = asyncapi.body.servers as { gateway: { pathname?: string } }
      assert.equal(gateway.pathname, publicPath)
    })

    it('an accepted event and an attachment are at their Location', async () => {
      const signer = await createSigner({
        system: systemOf('A'),
        key: bus.keys.A.privateJwk,
        audience: bus.url
      })
      const event = bus.document()
      const answer = await fetch(`${bus.url}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await signer.submission([event])}`,
          'content-type': 'application/cloudevents+json'
        },
        body: JSON.stringify(event)
      })
      const location = new URL(answer.headers.get('location') ?? '', answer.url)
      assert.ok(location.href.startsWith(`${bus.url}/v1/events/`), location.href)
      await until(async () => (await send(location.href, { token })).status === 200, 10_000)
    })

    it('doctor finds the gateway, and nothing at the address without the path', async () => {
      const findings = await examineGateway(bus.url, {
        ...{ client: bus.clients.A, kid: bus.keys.A.privateJwk.kid, language: 'en' }
      })
      assert.deepEqual(
        findings.filter(({ ok }) => !ok),
        []
      )
      const met = await meetGateway(new URL(bus.url).origin, 'en')
      assert.equal('fault' in met && met.fault, 'other')
    })

    it('an outside system calls a connector, at the address of its instance or at its own path', async () => {
      for (const path of [`/v1/connectors/${instance}/receive`, '/hooks/lgsp/below'])
        await until(async () => {
          const answer = await fetch(bus.url + path, { method: 'POST', body: '[]' })
          return answer.status === 200
        }, 10_000)
    })

    it('a person logs in, and the cookie goes to the gateway only', async () => {
      const person = await logIn(bus)
      assert.equal((await person.send('GET', '/console/session')).json().mayChange, true)
      assert.match(person.cookie, /^__Secure-lienthong-session-lienthong=/)
      const [cookie] = (await person.send('DELETE', '/console/session')).headers.getSetCookie()
      assert.match(cookie ?? '', /; Path=\/lienthong;/)
    })

    it('the console works in a browser', needs('chromium'), async () => {
      const browser = await startChromium(suite)
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      const trouble: string[] = []
      context.on('weberror', (error) => trouble.push(String(error.error())))
      context.on('response', (answer) => {
        if (answer.status() >= 400 && !answer.url().endsWith('/console/session')) trouble.push(answer.url())
      })
      const page = await context.newPage()
      await page.goto(await loginLink(bus.url, { folder: bus.folder }))
      await page.locator('.page-head').waitFor()
      for (const link of ['connectors', 'agencies', 'live']) {
        await page.locator(`nav a[href="${publicPath}/console/${link}"]`).click()
        await page.waitForURL(`${bus.url}/console/${link}`)
        await page.locator('.page-head').waitFor()
      }
      await page.reload()
      await page.locator('.page-head').waitFor()
      assert.deepEqual(trouble, [])
    })
  })
}

it('a person logs in at an OpenID provider, and comes back to the page at the public URL with a path', async (t) => {
  const { bus, provider, of } = await startOidcBus(t, { publicPath })
  of('an', ['bus-operators'])
  const browser = openBrowser()
  for (const page of ['/console/', '/console/deliveries?state=dead']) {
    const asked = page === '/console/' ? '' : `?return=${encodeURIComponent(publicPath + page)}`
    const form = await browser.visit(`${bus.url}/console/oidc/start${asked}`)
    const isKnown = !form.text.includes('Log in')
    const back = isKnown ? form : await provider.login(browser, form.url, { account: 'an' })
    if (isKnown) assert.equal(form.url, bus.url + page)
    else {
      const answer = await browser.request(back.url, { from: provider.issuer })
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, publicPath + page])
    }
  }
  const shown = await browser.request(`${bus.url}/console/session`, { from: `${bus.url}/console/` })
  assert.deepEqual(shown.json().roles, ['operator'])
  for (const elsewhere of ['/other', '/console2', 'https://evil.example/lienthong/console'])
    assert.equal(
      (await browser.request(`${bus.url}/console/oidc/start?return=${encodeURIComponent(elsewhere)}`)).status,
      400
    )
})

it('takes the path of the public URL from the front of a request, as a whole and once', () => {
  for (const [url, below] of [
    ['/lienthong/v1/live', '/v1/live'],
    ['/lienthong/lienthong/v1', '/lienthong/v1'],
    ['/lienthong?x=1', '/?x=1'],
    ['/lienthong', '/'],
    ['/lienthong2/v1', '/lienthong2/v1'],
    ['/v1/live', '/v1/live'],
    ['*', '*']
  ] as const)
    assert.equal(belowPublicPath(url, publicPath), below)
  assert.equal(belowPublicPath('/v1/live', ''), '/v1/live')
})
