import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#deploy/servers/free-port.ts'
import { type Browser, openBrowser } from '../helpers/browser.ts'
import { startKeycloak } from '../helpers/servers/keycloak.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus } from '../helpers/test-bus.ts'

/** `npm run keycloak`: logs people in at a real Keycloak. Install it before: `bash deploy/servers/install.sh keycloak`. */

const works: (() => unknown)[] = []
const t = { after: (work: () => unknown) => void works.push(work) }
try {
  const started = performance.now()
  const issuer = await startKeycloak(t, join(import.meta.dirname, 'realm.json'), 'tinh')
  say(`Keycloak answers after ${Math.round((performance.now() - started) / 1000)} s`)
  const folder = temporaryFolder(t)
  const clientSecretFile = join(folder, 'client-secret')
  writeFileSync(clientSecretFile, 'a-secret-of-the-client', { mode: 0o600 })
  const oidc = {
    ...{ issuer, clientId: 'lienthong', clientSecretFile, roleClaim: 'realm_access.roles' },
    ...{ roles: { operator: ['lienthong-van-hanh'] }, acrForChanges: ['silver'] }
  }
  const { url } = await startTestBus(t, { folder, port: await freePort(), settings: { console: { oidc } } })
  const from = `${url}/console/`
  const session = (browser: Browser) => browser.request(`${url}/console/session`, { from })

  const login = async (username: string, query = '') => {
    const browser = openBrowser()
    const form = await browser.visit(`${url}/console/oidc/start${query}`)
    const [, action = ''] = /<form[^>]* action="([^"]+)"/.exec(form.text) ?? []
    const back = await browser.visit(action.replaceAll('&amp;', '&'), {
      method: 'POST',
      body: new URLSearchParams({ username, password: 'mat-khau' }),
      from: issuer,
      stopAt: `${url}/console/oidc/return`
    })
    return { browser, answer: await browser.request(back.url, { from: issuer }) }
  }

  const { browser, answer } = await login('an', '?stepUp=1&return=/console/deliveries')
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/console/deliveries'], answer.text)
  const { person, roles, acr, csrf } = (await session(browser)).json()
  assert.deepEqual([(person as { name: string }).name, roles, acr], ['An Nguyễn Văn', ['operator'], 'silver'])
  say('an operator is logged in, with acr silver')

  const changed = await browser.request(`${url}/v1/deliveries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': String(csrf) },
    body: JSON.stringify({ act: 'retry', filter: {}, dryRun: true }),
    from
  })
  assert.deepEqual([changed.status, changed.json()], [200, { count: 0 }])
  say('a change is taken')

  const nobody = await login('khach')
  assert.deepEqual([nobody.answer.status, nobody.answer.json().code], [403, 'BUS_LOGIN_REFUSED'])
  say('who has no role is refused')

  const left = await browser.request(`${url}/console/session`, {
    method: 'DELETE',
    headers: { 'x-csrf-token': String(csrf) },
    from
  })
  const after = await browser.visit(String(left.json().logout), { stopAt: `${url}/console/` })
  assert.equal(after.url, `${url}/console/`)
  assert.match((await browser.visit(`${url}/console/oidc/start`)).text, /<form/)
  say('logging out ends the log-in at Keycloak too')
} finally {
  for (const work of works.reverse()) await work()
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
