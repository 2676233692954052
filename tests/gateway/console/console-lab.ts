import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { outsideOf } from '../../helpers/host-lab.ts'
import { startChromium } from '../../helpers/servers/chromium.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

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
  /** Hashes of the documents that were published, in order. */
  readonly hashes: readonly string[]
  /** A browser of somebody who is logged in, in a language. */
  context(options: ContextOptions): Promise<BrowserContext>
}

export interface ContextOptions {
  readonly language: Language
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
  const subjects = ['1', '2', 'dead', '3-waiting'].map((name, at) => `${codes.A},2026/11/24,${at},${name}`)
  // A change of direction is refused in an event; outside systems may still send one.
  const documented = [hostileTexts.markup, hostileTexts.script, hostileTexts.long]
  const results = await bus.clients.A.publish(
    ...[
      ...subjects.map((subject) => bus.document({ subject })),
      ...documented.map((text) => bus.document({}, { title: text }))
    ]
  )
  const browser = await startChromium(suite)
  return {
    ...bus,
    browser,
    hashes: results.map(({ hash }) => String(hash)),
    async context({ language, width = 1280, dark = false }) {
      const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 720 : 900 },
        colorScheme: dark ? 'dark' : 'light',
        baseURL: bus.url
      })
      await context.addInitScript((chosen) => localStorage.setItem('language', chosen), language)
      return context
    }
  }
}
