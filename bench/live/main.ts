import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { loginLink } from '#cli/login-link.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { chromiumProgram } from '#tests/helpers/servers/installed.ts'
import { startTestBus, type TestBus } from '#tests/helpers/test-bus.ts'
import { treeUse } from '../compare/process-tree.ts'

/**
 * `npm run bench:live [-- --rate 1000 --seconds 30]`: processor time of Chromium, all its processes together, while the
 * live page of the console is open: first without events, then with so many a second; and how soon the page reacts to a
 * button. Exits with 1 if the browser takes more than a fifth of a core, or events did not reach the page.
 */
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '30' } }
})
const [rate, seconds] = [Number(values.rate), Number(values.seconds)]
const mostShare = 0.2
const batchesPerSecond = 10
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const cleanups = collectCleanups()

try {
  const bus = await startTestBus(cleanups)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const server = await chromium.launchServer({ executablePath: chromiumProgram, args })
  cleanups.after(() => server.close())
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(await loginLink(bus.url, { folder: bus.folder }))
  await page.locator('.page-head').waitFor()
  await page.goto(`${bus.url}/console/live`)
  await page.locator('.badge.good').waitFor()
  const pid = server.process().pid ?? 0
  await pause(2000) // The browser has still to compile what it loaded.

  const idle = await shareOf(pid, () => pause(5000))
  const reactions: number[] = []
  const before = await totalOn(page)
  const busy = await shareOf(pid, async () => {
    const reacting = react(page, reactions)
    await publish(bus)
    await reacting
  })
  await pause(2000) // The page shows its count once a second.
  const came = (await totalOn(page)) - before
  const [idlePercent, busyPercent] = [idle, busy].map((share) => (share * 100).toFixed(1))
  tell(`Chromium without events: ${idlePercent} % of a core`)
  tell(
    `Chromium with ${rate} events/s for ${seconds} s: ${busyPercent} % of a core (at most ${mostShare * 100})`
  )
  tell(`events counted in the page: ${came} of ${rate * seconds}`)
  tell(`a button reacts after at most ${Math.max(...reactions).toFixed(0)} ms, ${reactions.length} times`)
  if (busy > mostShare || came < rate * seconds) process.exitCode = 1
} finally {
  await cleanups.end()
}

/** Share of a core that a tree of processes takes while something is done. */
async function shareOf(pid: number, done: () => Promise<unknown>): Promise<number> {
  const [at, used] = [performance.now(), treeUse(pid).cpuMicros]
  await done()
  return (treeUse(pid).cpuMicros - used) / 1000 / (performance.now() - at)
}

/** Publishes at the rate, by the clock: a batch that is late is not made up for by fewer. */
async function publish({ clients, document }: TestBus): Promise<void> {
  const began = performance.now()
  for (let batch = 0; batch < seconds * batchesPerSecond; batch += 1) {
    await pause(Math.max(0, began + (batch * 1000) / batchesPerSecond - performance.now()))
    await clients.A.publish(...Array.from({ length: rate / batchesPerSecond }, () => document()))
  }
}

/** Presses the button that pauses, and again, some times; each time until the page shows it. */
async function react(page: Page, reactions: number[]): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    await pause((seconds * 1000) / 5)
    for (const pressed of ['true', 'false']) {
      const at = performance.now()
      await page.locator('.page-head button').click()
      await page.locator(`.page-head button[aria-pressed=${pressed}]`).waitFor()
      reactions.push(performance.now() - at)
    }
  }
}

/** How many events the page has counted since it was opened. */
async function totalOn(page: Page): Promise<number> {
  const text = (await page.locator('.toolbar p').textContent()) ?? ''
  return Number(text.replaceAll('.', '').match(/(\d+)$/)?.[1] ?? 0)
}
