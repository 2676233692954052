import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type OidcBus, startOidcBus } from '../../helpers/oidc-bus.ts'
import { startChromium } from '../../helpers/servers/chromium.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus, systemOf } from '../../helpers/test-bus.ts'

const kinds = join(import.meta.dirname, '..', '..', 'contracts', 'kinds')

describe('the console with an OpenID provider, in a browser', needs('chromium'), () => {
  const suite = afterSuite()
  let started: OidcBus
  let page: Page
  before(async () => {
    const folder = temporaryFolder(suite)
    await (await startTestBus(suite, { folder })).bus.close() // Makes the keys.
    const instance = { name: 'cong-van', kind: 'list', settings: { outside: 'oidc' }, every: '1s' }
    const connectors = [
      { ...instance, system: systemOf('A'), keyFile: join(folder, 'keys', 'A.jwk') }
    ] as never
    started = await startOidcBus(suite, { folder, settings: { connectorFolders: [kinds] }, connectors })
    started.of('an', ['bus-operators'])
    page = await (await startChromium(suite)).newPage()
    page.setDefaultTimeout(20_000)
  })

  const logIn = async (account: string, acr: string): Promise<void> => {
    await page.getByLabel('Account').fill(account)
    await page.getByLabel('Class').fill(acr)
    await page.getByRole('button', { name: 'Log in' }).click()
  }
  const pause = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Tạm dừng' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Tạm dừng' }).click()
  }

  it('a person logs in by the button, comes back to the page, and logs in more strongly for a change', async () => {
    const path = '/console/connectors/cong-van'
    await page.goto(started.bus.url + path)
    await page.getByRole('link', { name: 'Đăng nhập bằng tài khoản cơ quan' }).click()
    await logIn('an', 'low')
    await page.getByText('Ông an').waitFor()
    assert.equal(new URL(page.url()).pathname, path)
    await pause()
    await page.getByRole('alert').getByText('BUS_STEP_UP_REQUIRED').waitFor()
    assert.equal(await page.locator('.facts .badge', { hasText: 'Tạm dừng' }).count(), 0)
    await page.getByRole('link', { name: 'Xác thực lại để được thay đổi' }).click()
    await logIn('an', 'high')
    await page.getByText('Ông an').waitFor()
    assert.equal(new URL(page.url()).pathname, path)
    await pause()
    await page.locator('.facts .badge', { hasText: 'Tạm dừng' }).waitFor()
  })
})
