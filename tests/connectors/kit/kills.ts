import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addRecords, arrivedAt, givesRecords } from '#connectors/kit/checks/check.ts'
import { type KitBus, openKitBus } from '#connectors/kit/kit-bus.ts'
import { loadKit } from '#connectors/kit/load-kit.ts'
import { keyIn, newKey, openScene, openStage, type Scene } from '#connectors/kit/scene.ts'
import { pause } from '#protocol/timing/retry.ts'
import { createRandom } from '../../faults/random.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { kitOptions } from './run-on.ts'

/**
 * `npm run connector:kills -- KIND [--kills 100] [--seed 1]`: kills the bus with SIGKILL again and again, at random
 * and where a connector does something, while records come in and events go out. Nothing may be lost; nothing may be
 * done twice outside; what is in doubt is counted, and must be told.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } }
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
/** Those of an outside that is asked, and those of one that calls. */
const pointsOf = ({ definition }: Scene): readonly string[] => [
  definition.inbound ? 'items.polled' : 'items.received',
  'items.stored',
  'items.published',
  ...(definition.outbound ? ['delivery.before-effect', 'delivery.after-effect'] : [])
]
/** Nothing more is expected once the bus worked for so long, and nothing came through. */
const stuckAfterMs = 60_000
const perRound = 3
/** A point that is not reached while the bus works for so long is not reached in this round. */
const pointWithinMs = 3000

for (const kind of positionals) {
  const problems = await runKills(kind, Number(values.kills))
  for (const problem of problems) tell(`${kind}: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

async function runKills(kind: string, kills: number): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-kills-'))
  const loaded = await loadKit(join(repository, 'connectors'), kind)
  await mkdir(join(folder, 'stage'))
  const stage = await openStage(loaded, kind.replace(':', '-'), {
    folder: join(folder, 'stage'),
    number: 0,
    first: 1
  })
  const instances = [stage.instance]
  const bus = await openKitBus({ ...kitOptions, folder: join(folder, 'bus'), instances })
  try {
    stage.begin(bus.gateway)
    const scene = openScene(stage, bus)
    const { outbound } = stage.definition
    const { pick, integer } = createRandom(Number(values.seed))
    const records: string[] = []
    const events: string[] = []
    const sending: Promise<void>[] = []
    let atPoints = 0
    let isArmed = false
    for (let kill = 1; kill <= kills; kill += 1) {
      if (givesRecords(scene)) records.push(...(await addRecords(scene, perRound)))
      const keys = outbound ? Array.from({ length: perRound }, newKey) : []
      events.push(...keys)
      sending.push(scene.send(...keys))
      const byItself = bus.ended().then(() => 1)
      const inTime = isArmed ? hasWorked(bus, pointWithinMs) : pause(integer(100, 1500))
      atPoints += await Promise.race([byItself, inTime.then(() => 0)])
      await bus.kill()
      const point = pick([...pointsOf(scene), undefined, undefined])
      isArmed = point !== undefined && kill < kills
      await bus.start(isArmed ? { failpoint: `${point}:${integer(1, 3)}` } : {})
      if (kill % 10 === 0) tell(`${kind}: ${kill} kills`)
    }
    await Promise.all(sending)
    await waitForAll(scene, records, events)
    const inDoubt = (await scene.deliveries('in-doubt')).map(({ subject }) => keyIn(subject))
    tell(
      `${kind}: ${kills} kills (${atPoints} where a connector does something), ${records.length} records and ${events.length} events, in doubt ${inDoubt.length}`
    )
    return await problemsOf(scene, { records, events, inDoubt })
  } finally {
    await bus.close()
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function hasWorked(bus: KitBus, ms: number): Promise<void> {
  for (const end = bus.workedMs() + ms; bus.workedMs() < end; ) await pause(50, { unref: true })
}

/** Waits until everything came through, or nothing comes through any more. */
async function waitForAll(
  scene: Scene,
  records: readonly string[],
  events: readonly string[]
): Promise<void> {
  const { bus } = scene
  let [least, until] = [Number.POSITIVE_INFINITY, bus.workedMs() + stuckAfterMs]
  while (bus.workedMs() < until) {
    const arrived = new Set(await arrivedAt(scene))
    const missing = events.filter((key) => !arrived.has(key)).length
    const unpublished = records.filter((key) => scene.times(key) === 0).length
    const left = missing + unpublished + (await scene.deliveries('waiting')).length
    if (left === 0) break
    if (left < least) [least, until] = [left, bus.workedMs() + stuckAfterMs]
    await pause(500)
  }
  await pause(2000)
}

async function problemsOf(
  scene: Scene,
  {
    records,
    events,
    inDoubt
  }: {
    readonly records: readonly string[]
    readonly events: readonly string[]
    readonly inDoubt: readonly string[]
  }
): Promise<readonly string[]> {
  const arrived = Map.groupBy(await arrivedAt(scene), (key) => key)
  const lost = records.filter((key) => scene.times(key) === 0).length
  const twice = records.filter((key) => scene.times(key) > 1).length
  const missing = events.filter((key) => !arrived.has(key) && !inDoubt.includes(key))
  const doubled = events.filter((key) => (arrived.get(key)?.length ?? 0) > 1).length
  const echoed = events.filter((key) => scene.times(key) > 0).length
  return [
    ...(lost > 0 ? [`${lost} records were lost`] : []),
    ...(twice > 0 ? [`${twice} records were published twice`] : []),
    ...(missing.length > 0 ? [`events were lost: ${await shownOf(scene, missing)}`] : []),
    ...(doubled > 0 ? [`${doubled} events were done twice outside`] : []),
    ...(echoed > 0 ? [`${echoed} events came back as others`] : [])
  ]
}

/** Deliveries of these events, as the bus shows them. */
async function shownOf(scene: Scene, keys: readonly string[]): Promise<string> {
  const states = ['waiting', 'delivered', 'dead', 'skipped', 'ended']
  const shown = (await Promise.all(states.map((state) => scene.deliveries(state)))).flat()
  return JSON.stringify(keys.map((key) => [key, shown.filter(({ subject }) => keyIn(subject) === key)]))
}
