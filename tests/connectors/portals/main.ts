import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { durationMs } from '#connectors/host/instance-settings.ts'
import { type KitBus, openKitBus } from '#connectors/kit/kit-bus.ts'
import { pause } from '#protocol/timing/retry.ts'
import { kitOptions } from '../kit/run-on.ts'
import { accountsOf } from './accounting.ts'
import { costOf } from './cost.ts'
import { breakages, instanceOf, type Portal, planPortals } from './province.ts'
import { type Sites, startSites } from './sites.ts'
import { type ShownPortal, tellAccounts, tellBroken, tellCost, tellPolls } from './tables.ts'

/**
 * `npm run portals -- [--instances 149] [--broken 10] [--minutes 5] [--every 60s] [--articles 60]`: one bus polls so
 * many portals, the first of them broken, each in another way, while all publish so many articles a minute. Then the
 * broken ones are fixed. Fails if a poll of another one was late, if an article was lost or published twice, if a
 * broken one did not go on by itself, and if the bus took more than a tenth of a core or 200 MB for them.
 */
const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '149' },
    broken: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '5' },
    every: { type: 'string', default: '60s' },
    articles: { type: 'string', default: '60' }
  }
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const everyMs = durationMs(values.every)
const windowMs = Number(values.minutes) * 60_000
/** Polls are spread by a twentieth of their interval; an answer, and a busy machine, take their time. */
const graceMs = everyMs * 0.05 + 2000
/** The rarest that the bus tries a portal that was broken: five minutes. */
const fixedWithinMs = 330_000
/** Only a bus that hangs takes so long. */
const readWithinMs = 300_000
/** As long as the bus without instances is measured. */
const restMs = 20_000
const limits = { share: 0.1, bytes: 200_000_000 }

if (Number(values.broken) > breakages.length) throw new TypeError(`--broken: at most ${breakages.length}`)
const portals = planPortals(Number(values.instances), Number(values.broken))
const sound = portals.filter(({ group }) => group !== 'broken')
const fixable = portals.filter(({ breakage }) => breakage !== 'no-tls')
const folder = await mkdtemp(join(tmpdir(), 'lienthong-portals-'))
try {
  const sites = await startSites(portals)
  try {
    await runPortals(sites)
  } finally {
    await sites.close()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function runPortals(sites: Sites): Promise<void> {
  const instances = portals.map((one) => instanceOf(one, sites.ports[one.number] ?? 0, values.every))
  const options = { ...kitOptions, folder: join(folder, 'bus'), instances, begin: 'when-asked' } as const
  const bus = await openKitBus(options)
  try {
    await pause(5000)
    const resting = await costOf(bus.pid(), () => pause(restMs))
    await bus.beginInstances()
    const from = performance.now()
    const isRead = ({ number, agency }: Portal): boolean =>
      accountsOf([{ added: sites.addedBy(number), events: bus.published(agency) }]).lost === 0
    await waitFor('the portals were not read', readWithinMs, () => sound.every(isRead))
    tell(
      `All portals that are not broken had been read ${seconds(performance.now() - from)} s after the start.`
    )
    await pause(everyMs) // The start is over, and each portal is polled in its turn.
    const lookFrom = Date.now()
    const cost = await costOf(bus.pid(), () => publishArticles(sites))
    const asked = sites.asked.filter(({ from: at }) => at >= lookFrom - everyMs - graceMs)
    const late = tellPolls(portals, asked, { everyMs, graceMs, until: Date.now() }, tell)
    const broken = await shownBroken(bus)
    sites.fix()
    const fixedAt = performance.now()
    const areDone = await comesTrue(fixedWithinMs, async () => fixable.every(isRead) && (await allRun(bus)))
    tellBroken(broken, tell)
    const after = seconds(performance.now() - fixedAt)
    tell(areDone ? `Fixed: all had caught up after ${after} s.` : `FIXED, BUT NOT ALL GO ON after ${after} s`)
    await pause(2 * everyMs) // Whatever comes twice comes now.
    const accounts = accountsOf(
      fixable.map(({ number, agency }) => ({ added: sites.addedBy(number), events: bus.published(agency) }))
    )
    tellAccounts(accounts, tell)
    const isCheap = tellCost({ resting, cost, limits }, tell)
    if (late > 0 || !areDone || accounts.lost + accounts.twice > 0 || !isCheap) process.exitCode = 1
  } finally {
    await bus.close()
  }
}

/** Spread over the portals and over the time. */
async function publishArticles(sites: Sites): Promise<void> {
  const pauseMs = 60_000 / Number(values.articles)
  const end = performance.now() + windowMs
  // So that every portal gets its first one soon: not in the order of their numbers.
  for (let number = 0; performance.now() < end; number += 1) {
    sites.add((number * 7) % portals.length)
    await pause(Math.min(pauseMs, end - performance.now()))
  }
}

async function shownPortals(bus: KitBus): Promise<ReadonlyMap<string, ShownPortal>> {
  const { items } = await bus.operator.get<{ readonly items: readonly ShownPortal[] }>('/v1/connectors')
  return new Map(items.map((one) => [one.name, one]))
}

async function shownBroken(bus: KitBus): Promise<readonly (readonly [string, ShownPortal | undefined])[]> {
  const shown = await shownPortals(bus)
  return portals.flatMap(({ number, breakage }) =>
    breakage === undefined ? [] : [[breakage, shown.get(`portal-${number}`)] as const]
  )
}

async function allRun(bus: KitBus): Promise<boolean> {
  const shown = await shownPortals(bus)
  return fixable.every(({ number }) => shown.get(`portal-${number}`)?.state === 'running')
}

async function waitFor(problem: string, withinMs: number, condition: () => boolean): Promise<void> {
  if (!(await comesTrue(withinMs, async () => condition()))) throw new TypeError(problem)
}

async function comesTrue(withinMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; await pause(1000))
    if (await condition()) return true
  return false
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
