import { pause } from './load.ts'
import { openScene, type RunOptions, type RunResult, type Scene } from './run.ts'
import { viewProblems } from './view.ts'

/** Where the bus ends itself, and how often the point may be passed before. */
const points = [
  ['publishing.before-append', 11, 40],
  ['publishing.after-append', 11, 40],
  ['log.before-commit', 11, 40],
  ['log.after-commit', 11, 40],
  ['store.in-checkpoint', 1, 1],
  ['flows.before-commit', 1, 3],
  ['blobs.in-upload', 5, 20],
  ['delivery.steps-appended', 1, 4]
] as const

const perCycle = 200
const cycleTimeoutMs = 60_000

/** Kills the whole bus again and again under load, at random and at named points. */
export async function runKills({ folder, rounds, random, tell }: RunOptions): Promise<RunResult> {
  const scene = await openScene(folder)
  const kills = new Map<string, number>()
  for (let cycle = 1; cycle <= rounds; cycle += 1) {
    const how = await killOnce(scene, random)
    kills.set(how, (kills.get(how) ?? 0) + 1)
    if (cycle % 10 === 0) tell(`${cycle} cycles, ${scene.load.acknowledged.length} acknowledged`)
  }
  const history = await scene.finish()
  const done = `killed: ${[...kills].map(([how, n]) => `${how} ${n}`).join(', ')}`
  return { history, done, problems: await viewProblems(folder) }
}

/** Starts the bus, lets it take at least 200 events, and has it killed; tells how it ended. */
async function killOnce(scene: Scene, { pick, integer }: RunOptions['random']): Promise<string> {
  const { load, start } = scene
  const before = load.acknowledged.length
  const [point, low, high] = pick([...points, undefined, undefined, undefined]) ?? []
  const failpoint = point === undefined ? undefined : `${point}:${integer(low, high)}`
  const bus = await start(failpoint === undefined ? {} : { failpoint })
  let ended = bus === undefined
  void bus?.ended.then(() => {
    ended = true
  })
  const until = Date.now() + cycleTimeoutMs
  while (!ended && load.acknowledged.length < before + perCycle && Date.now() < until) await pause(5)
  if (failpoint !== undefined && ended && load.acknowledged.length < before + perCycle) {
    await fillCycle(scene, before)
    return failpoint.split(':')[0] ?? ''
  }
  const graceMs = failpoint === undefined ? integer(0, 300) : 2000
  const graceUntil = Date.now() + graceMs
  while (!ended && Date.now() < graceUntil) await pause(5)
  const itself = ended && failpoint !== undefined
  bus?.kill()
  await bus?.ended
  return itself ? (failpoint?.split(':')[0] ?? '') : 'at random'
}

/** The point came early: the cycle's 200 are filled by another process, killed at random. */
async function fillCycle({ load, start }: Scene, before: number): Promise<void> {
  const bus = await start()
  const until = Date.now() + cycleTimeoutMs
  while (load.acknowledged.length < before + perCycle && Date.now() < until) await pause(5)
  bus?.kill()
  await bus?.ended
}
