import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { codes } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'
import { type ConsoleLab, hostileTexts, startConsoleLab } from './console-lab.ts'
import { caseFlow } from './seeded-case.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Finds what breaks a rule of accessibility on the page. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  // Not a script of the page, whose policy would refuse it.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: AxeCore }).axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

interface AxeCore {
  run(): Promise<{ readonly violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>
}

/** Everything that goes wrong in a browser: errors of scripts, what the policy refused, requests to another host. */
function troubleIn(context: BrowserContext, url: string): readonly string[] {
  const found: string[] = []
  context.on('weberror', (error) => found.push(String(error.error())))
  context.on('console', (message) => {
    const { url: about } = message.location()
    // The content of an event is not for operators; the page says so.
    const isExpected = about.startsWith(`${url}/v1/events/`) && message.text().includes('404')
    if (message.type() === 'error' && !isExpected) found.push(`${message.text()} ${about}`)
  })
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) found.push(request.url())
  })
  return found
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('.page-head').waitFor()
  await until(async () => (await page.locator('.loading').count()) === 0, 10_000)
}

describe('the console in a browser', needs('chromium'), () => {
  const suite = afterSuite()
  let lab: ConsoleLab
  let pages: Readonly<Record<string, string>>
  before(async () => {
    lab = await startConsoleLab(suite)
    const { delivered, dead } = lab.documents
    pages = {
      search: '/console',
      flow: `/console/flows/${encodeURIComponent(dead.subject)}`,
      case: `/console/flows/${caseFlow}`,
      event: `/console/events/${delivered.hash}`,
      deliveries: '/console/deliveries',
      delivery: `/console/deliveries/mot-cua/${dead.hash}`,
      quarantine: '/console/quarantine',
      connectors: '/console/connectors',
      connector: '/console/connectors/mot-cua',
      agencies: '/console/agencies',
      agency: `/console/agencies/${codes.A}`,
      types: '/console/types',
      type: '/console/types/document.issued.v1',
      acts: '/console/acts',
      live: '/console/live',
      refusal: `/console/refusals/${lab.traceId}`,
      verify: '/console/verify',
      missing: '/console/no-such-page'
    }
  })

  for (const { language, width, dark } of [
    { language: 'vi', width: 320, dark: true },
    { language: 'en', width: 1280, dark: false }
  ] as const) {
    it(`every page is shown in ${language} at ${width} px, ${dark ? 'dark' : 'light'}: no axe violation, no overflow, no error`, async (t) => {
      const context = await lab.context({ language, width, dark })
      t.after(() => context.close())
      const trouble = troubleIn(context, lab.url)
      const page = await context.newPage()
      const faults: string[] = []
      for (const [name, path] of Object.entries(pages)) {
        await open(page, path)
        const found = [...(await page.getByRole('alert').allTextContents()), ...(await violationsOn(page))]
        if ((await page.locator('html').getAttribute('lang')) !== language) found.push('another language')
        const [inner, outer] = await page.evaluate<number[]>(
          '[document.documentElement.scrollWidth, innerWidth]'
        )
        if (inner !== outer) found.push(`${inner} px wide`)
        const cut = await page.evaluate<number>(
          "[...document.querySelectorAll('.table')].filter((one) => one.scrollWidth > one.clientWidth).length"
        )
        if (width === 320 && cut > 0) found.push('a table is cut off')
        faults.push(...found.map((fault) => `${name}: ${fault}`))
      }
      assert.deepEqual(faults, [])
      assert.deepEqual(trouble, [])
    })
  }

  it('what strangers wrote is shown as text', async (t) => {
    const context = await lab.context({ language: 'vi' })
    t.after(() => context.close())
    const trouble = troubleIn(context, lab.url)
    const page = await context.newPage()
    const { markup, script, long } = hostileTexts
    const isShown = (text: string): Promise<void> => page.getByText(text, { exact: true }).first().waitFor()
    await open(page, '/console')
    await isShown(markup)
    await isShown(script)
    await page.getByRole('link', { name: /^ăăă/ }).click()
    await page.getByRole('button', { name: 'xem đủ 10.000 ký tự' }).first().click()
    await isShown(long)
    await open(page, '/console/quarantine')
    await isShown(markup)
    await isShown('an⟨202E⟩txt.exe⟨2066⟩')
    assert.equal(await page.locator('main img, main b, main script').count(), 0)
    assert.equal(await page.title(), 'Mục bị cách ly · Liên Thông')
    assert.deepEqual(trouble, [])
  })

  it('a dead delivery is found, and released with a reason, by keyboard alone', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, '/console')
    const press = async (name: string): Promise<void> => {
      await tabTo(page, name)
      await page.keyboard.press('Enter')
    }
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'Skip to the content')
    await press('Stuck deliveries')
    await page.waitForURL('/console/deliveries')
    await page.getByRole('heading', { level: 1, name: 'Stuck deliveries' }).waitFor()
    assert.equal(await focused(page), 'Stuck deliveries', 'the new heading is read')
    await page.getByRole('checkbox').first().waitFor()
    await tabTo(page, `Select: ${lab.documents.dead.subject}`)
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    assert.equal(await focused(page), 'Try again')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Try again' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await focused(page), 'Try again', 'the focus is where it was')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Try again' }).waitFor()
    await page.keyboard.type('the outside system is fixed')
    await press('Try again')
    await page.getByText('Done for 1 deliveries.').waitFor()
    await open(page, pages.delivery ?? '')
    await page.getByRole('cell', { name: 'the outside system is fixed' }).waitFor()
    await page.getByRole('cell', { name: 'Nguyễn <b>Văn</b> An' }).waitFor()
  })

  it('a case that a connector could not deliver says so, and leads to that delivery', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, pages.flow ?? '')
    await page.getByRole('region', { name: 'A connector could not deliver' }).getByText('mot-cua').waitFor()
    const waiting = page.getByRole('region', { name: 'Waiting for' })
    await waiting.getByText('a connector could not deliver it').waitFor()
    await waiting.getByRole('link', { name: 'Open this delivery' }).click()
    await page.getByRole('heading', { level: 1, name: lab.documents.dead.subject }).waitFor()
    assert.equal(new URL(page.url()).pathname, pages.delivery)
  })

  it('a connector is paused and resumed', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, '/console/connectors/cong-van')
    for (const [act, state] of [
      ['Pause', 'Paused'],
      ['Resume', 'Running']
    ] as const) {
      await page.getByRole('button', { name: act }).click()
      await page.getByRole('dialog').getByRole('button', { name: act }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.locator('.facts .badge', { hasText: state }).waitFor()
    }
  })

  it('a receipt is verified in the page, and a changed one is seen', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const item = await lab.clients.A.get<{ event: object }>(`/v1/events/${lab.documents.delivered.hash}`)
    const page = await context.newPage()
    await open(page, '/console/verify')
    const input = page.getByRole('textbox')
    await input.fill(JSON.stringify(item))
    await page.getByRole('heading', { name: 'The receipt is genuine' }).waitFor()
    await page.getByText('The source signed exactly this').waitFor()
    await input.fill(JSON.stringify({ ...item, event: { ...item.event, subject: 'other' } }))
    await page.getByRole('heading', { name: 'The receipt is not genuine' }).waitFor()
    await input.fill('{')
    await page.getByText('This is not JSON.').waitFor()
  })

  it('an event is shown live, and its content to its sender', async (t) => {
    const context = await lab.context({ language: 'en', letter: 'A' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, '/console/live')
    await page.getByText('Connected', { exact: true }).waitFor()
    const document = lab.document()
    const [result] = await lab.clients.A.publish(document)
    await page.getByRole('link', { name: document.subject }).click()
    await page.getByRole('heading', { level: 1, name: 'V/v thử nghiệm trục liên thông' }).waitFor()
    await open(page, `/console/events/${result?.hash}`)
    await page.locator('.raw', { hasText: document.id }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0, 'a reader may not act')
  })

  it('who is not logged in is told how to, and a link logs in once', async (t) => {
    const context = await lab.browser.newContext({ baseURL: lab.url })
    t.after(() => context.close())
    const page = await context.newPage()
    await page.goto('/console/connectors')
    await page.getByText('lienthong console').waitFor()
    assert.deepEqual(await violationsOn(page), [])
    const link = await lab.link()
    await page.goto(link)
    await page.locator('.page-head').waitFor()
    assert.ok(!page.url().includes('login'), 'the token is not left in the address')
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await page.getByText('lienthong console').waitFor()
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByRole('alert').getByText('BUS_SESSION_INVALID').waitFor()
    await page.goto(await lab.link()) // In the same tab, which the browser does not load again.
    await page.locator('.page-head').waitFor()
    assert.ok(!page.url().includes('login'))
  })

  it('who logs out or acts is told if that is refused', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, '/console')
    const other = await context.newPage()
    await other.goto(await lab.link()) // Another session, whose CSRF token the first page does not have.
    await other.locator('.page-head').waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('alert').getByText('BUS_NOT_PERMITTED').waitFor()
    await page.getByRole('link', { name: 'Stuck deliveries' }).click()
    await page.getByRole('combobox', { name: 'State' }).selectOption('waiting')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('button', { name: 'All that match the filter…' }).click()
    await page.locator('#main').getByRole('alert').getByText('BUS_NOT_PERMITTED').waitFor()
  })

  it('a link with a day that is none says so', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    const page = await context.newPage()
    await open(page, '/console?from=no-day')
    await page.getByRole('alert').getByText('BUS_QUERY_INVALID').waitFor()
  })

  it('a table that is refused is no file', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    await context.route(/v1\/flows/, async (route) => {
      const request = route.request()
      const isTable = (await request.headerValue('accept')) === 'text/csv'
      await route.continue(isTable ? { url: `${request.url()}&limit=none` } : {})
    })
    const page = await context.newPage()
    await open(page, '/console?state=stuck')
    let downloads = 0
    page.on('download', () => {
      downloads += 1
    })
    await page.getByRole('link', { name: 'Download CSV' }).click()
    await page.getByRole('alert').getByText('BUS_QUERY_INVALID').waitFor()
    assert.equal(downloads, 0)
  })

  it('lists that come in pages are shown whole', async (t) => {
    const context = await lab.context({ language: 'en' })
    t.after(() => context.close())
    await context.route(/[?&]limit=500/, (route) =>
      route.continue({ url: route.request().url().replace('limit=500', 'limit=1') })
    )
    const page = await context.newPage()
    await open(page, '/console/types/document.issued.v1')
    for (const code of [codes.A, codes.B]) {
      const agency = page.getByRole('table', { name: 'Who may publish it' }).locator(`[title="${code}"]`)
      await agency.first().waitFor()
    }
  })
})

/** What the focus is on, by its name. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
  )
}

/** Moves the focus forward until it is on what has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab')
    if ((await focused(page)) === name) return
  }
  assert.fail(`no Tab leads to ${name}`)
}
