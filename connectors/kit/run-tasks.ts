import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, whyNotApplicable } from './checks/check.ts'
import { type KitBus, openKitBus } from './kit-bus.ts'
import type { LoadedKind } from './load-kit.ts'
import { BrokenPromise, openScene, openStage, type Stage, setAway } from './scene.ts'

export interface CheckResult {
  readonly name: string
  readonly kind: string
  readonly ms: number
  readonly result: 'passed' | 'failed' | 'n/a'
  /** Which promise was broken and what to do, or why the check does not apply. */
  readonly reason?: string
}

/** A check of a kind. */
export interface Task {
  readonly kind: LoadedKind
  readonly check: Check
}

interface StagedTask extends Task {
  readonly own: Stage
  readonly second: Stage
}

export interface RunTasksOptions {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  /** All run side by side, each with an instance; otherwise one after the other, with the same one. */
  readonly isAtOnce: boolean
}

/** Runs checks in one bus; gives the results in the order of the tasks. */
export async function runTasks(
  tasks: readonly Task[],
  { folder, isAtOnce, command, environment }: RunTasksOptions
): Promise<readonly CheckResult[]> {
  await mkdir(folder)
  const stages: Stage[] = []
  const stageFor = async (kind: LoadedKind, first: number): Promise<Stage> => {
    const number = stages.length
    const stage = await openStage(kind, `kit-${number}`, { folder, number, first })
    stages.push(stage)
    return stage
  }
  let bus: KitBus | undefined
  try {
    const staged: (StagedTask | CheckResult)[] = []
    for (const [index, { kind, check }] of tasks.entries()) {
      const first = 1 + index * 1000
      const common = isAtOnce ? undefined : stages[0]
      const own = common ?? (await stageFor(kind, first))
      const reason = whyNotApplicable(check, own)
      if (reason !== undefined) {
        staged.push({ name: check.name, kind: own.instance.kind, ms: 0, result: 'n/a', reason })
      } else {
        const second = check.hasPeer ? await stageFor(kind, first) : own
        staged.push({ kind, check, own, second })
      }
    }
    const applied = staged.filter((one) => 'check' in one)
    const used = stages.filter((stage) =>
      applied.some(({ own, second }) => own === stage || second === stage)
    )
    if (used.length > 0) {
      for (const { check, own } of applied) if (check.beginsAway) await setAway(own, true)
      const instances = used.map(({ instance }) => instance)
      bus = await openKitBus({ folder: join(folder, 'bus'), command, environment, instances })
      for (const stage of used) stage.begin(bus.gateway)
    }
    const results: Promise<CheckResult>[] = []
    for (const one of staged) {
      results.push('check' in one && bus ? resultOf(one, bus) : Promise.resolve(one as CheckResult))
      if (!isAtOnce) await results.at(-1)
    }
    return await Promise.all(results)
  } finally {
    await bus?.close()
    await Promise.all(stages.map(({ close }) => close()))
  }
}

async function resultOf({ kind, check, own, second }: StagedTask, bus: KitBus): Promise<CheckResult> {
  const from = performance.now()
  const scene = openScene(own, bus)
  const ended = () => ({
    name: check.name,
    kind: kind.definition.kind,
    ms: Math.round(performance.now() - from)
  })
  try {
    const isShown = () =>
      scene.shown().then(
        () => true,
        () => false
      )
    await scene.until('The bus does not show the instance.', isShown)
    const { state, reason } = await scene.shown()
    if (state === 'misconfigured') {
      throw new BrokenPromise(`The settings that the kit of the kind gives are wrong: ${reason}`)
    }
    await check.run(scene, openScene(second, bus))
    return { ...ended(), result: 'passed' }
  } catch (error) {
    const reason = error instanceof BrokenPromise ? error.reason : `The check itself failed: ${error}`
    return { ...ended(), result: 'failed', reason }
  }
}
