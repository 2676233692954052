import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { loginLink } from '#cli/login-link.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { outsideOf } from '../../helpers/host-lab.ts'
import { startChromium } from '../../helpers/servers/chromium.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'
import { seedCase } from './seeded-case.ts'

/** What becomes of a document that is delivered by the connector `mot-cua`. */
const fates = ['delivered', 'dead', 'waiting'] as const
export type Fate = (typeof fates)[number]

export type Language = 'vi' | 'en'

/** What a stranger may write: markup, a script, a change of direction, 10,000 characters. */
export const hostileTexts = {
  markup: '<img src=x onerror="document.title=1"><b>đậm</b>',
  script: '</script><script>document.title=1</script>{{7*7}}',
  bidi: 'an\u202etxt.exe\u2066',
  long: 'ă'.repeat(10_000)
}

export interface ConsoleLab extends TestBus {
  readonly browser: Browser
  /** Documents by what becomes of them: their subjects, and their hashes. */
  readonly documents: Readonly<Record<Fate, { readonly subject: string; readonly hash: string }>>
  /** Of a request that was refused. */
  readonly traceId: string
  /** A link that logs in once: an operator, or a reader of an agency. */
  link(letter?: Letter): Promise<string>
  /** A browser of somebody who is logged in, in a language. */
  context(options: ContextOptions): Promise<BrowserContext>
}

export interface ContextOptions {
  readonly language: Language
  /** Whose reader; by default an operator. */
  readonly letter?: Letter
  readonly width?: number
  readonly dark?: boolean
}

const kinds = join(import.meta.dirname, '..', '..', 'contracts', 'kinds')

/** A bus with documents, dead and waiting deliveries and a quarantined item, and a browser. */
export async function startConsoleLab(suite: Cleanup): Promise<ConsoleLab> {
  const folder = temporaryFolder(suite)
  await (await startTestBus(suite, { folder })).bus.close() // Makes the keys.
  const instance = (name: string, letter: 'A' | 'B', more: object) => ({
    ...{ name, system: systemOf(letter), keyFile: join(folder, 'keys', `${letter}.jwk`) },
    ...{ settings: { outside: name }, ...more }
  })
  outsideOf('mot-cua').onDeliver = ({ subject }) => {
    if (subject.endsWith('dead'))
      throw faults.refused({ values: { host: 'motcua.example', status: 422, problem: hostileTexts.markup } })
    if (subject.endsWith('waiting'))
      throw faults.failed({ values: { host: 'motcua.example', status: 503, problem: '' } })
  }
  const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', {
    values: { hash: hostileTexts.script }
  })
  for (const reference of Object.values(hostileTexts)) outsideOf('cong-van').items.push({ reference, fault })
  const bus = await startTestBus(suite, {
    folder,
    settings: { connectorFolders: [kinds] },
    connectors: [
      instance('cong-van', 'A', { kind: 'list', every: '100ms' }),
      instance('mot-cua', 'B', { kind: 'sink', start: 'beginning' })
    ] as never
  })
  const subjects = fates.map((fate, at) => `${codes.A},2026/11/24,${at},${fate}`)
  // A change of direction is refused in an event; outside systems may still send one.
  const titles = [hostileTexts.markup, hostileTexts.script, hostileTexts.long]
  const results = await bus.clients.A.publish(
    ...subjects.map((subject) => bus.document({ subject })),
    ...titles.map((title) => bus.document({}, { title }))
  )
  const documents = Object.fromEntries(
    fates.map((fate, at) => [fate, { subject: String(subjects[at]), hash: String(results[at]?.hash) }])
  ) as ConsoleLab['documents']
  await seedCase(bus)
  await until(async () => {
    const { items } = await bus.operator.get<{ items: readonly object[] }>('/v1/deliveries?connector=mot-cua')
    const { items: quarantined } = await bus.operator.get<{ items: readonly object[] }>('/v1/quarantine')
    return items.length === 2 && quarantined.length === Object.keys(hostileTexts).length
  }, 20_000)
  const browser = await startChromium(suite)
  const person = { id: 'an', name: 'Nguyễn <b>Văn</b> An' }
  const link = (letter?: Letter): Promise<string> => {
    const of = letter && { system: systemOf(letter), keyFile: join(folder, 'keys', `${letter}.jwk`) }
    return loginLink(bus.url, { folder, ...of }, person)
  }
  return {
    ...bus,
    browser,
    link,
    documents,
    traceId: await refusedRequest(bus),
    async context({ language, letter, width = 1280, dark = false }) {
      const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 720 : 900 },
        colorScheme: dark ? 'dark' : 'light',
        baseURL: bus.url,
        storageState: {
          cookies: [],
          origins: [{ origin: bus.url, localStorage: [{ name: 'language', value: language }] }]
        }
      })
      context.setDefaultTimeout(30_000)
      const page = await context.newPage()
      await page.goto(await link(letter))
      await page.locator('.page-head').waitFor()
      await page.close()
      return context
    }
  }
}

async function refusedRequest({ clients, document }: TestBus): Promise<string> {
  const refused = await clients.A.publish(document({ type: 'document.unknown.v1' })).catch((error) => error)
  if (refused instanceof GatewayError) return String(refused.problem.traceId)
  throw new TypeError('an unknown event type is refused')
}
