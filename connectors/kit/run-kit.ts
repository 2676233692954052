import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, whyNotApplicable } from './checks/check.ts'
import { crashChecks } from './checks/crash.ts'
import { definitionFaults } from './checks/definition.ts'
import { inboundChecks } from './checks/inbound.ts'
import { networkChecks } from './checks/network.ts'
import { outboundChecks } from './checks/outbound.ts'
import { type KitBus, openKitBus } from './kit-bus.ts'
import type { LoadedKind } from './load-kit.ts'
import { BrokenPromise, effective, openScene, openStage, type Stage, setAway } from './scene.ts'

export const definitionCheck = {
  name: 'definition',
  promise: 'The definition is complete: settings are described, secrets are marked.'
}

/** All checks but `definition`, in the order in which they are told. */
export const checks: readonly Check[] = [
  ...networkChecks,
  ...inboundChecks,
  ...outboundChecks,
  ...crashChecks
]

export interface CheckResult {
  readonly name: string
  readonly ms: number
  readonly result: 'passed' | 'failed' | 'n/a'
  /** Which promise was broken and what to do, or why the check does not apply. */
  readonly reason?: string
}

export interface RunKitOptions {
  readonly kind: LoadedKind
  /** The program `lienthong` and its first words, and the environment that it runs in. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Names of checks; by default all. */
  readonly only?: readonly string[] | undefined
}

/** One pass: every check that applies, against real buses with SQLite. Gives the results in the order of `checks`. */
export async function runKit({ kind, ...options }: RunKitOptions): Promise<readonly CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-kit-'))
  const isWanted = ({ name }: { readonly name: string }): boolean => options.only?.includes(name) ?? true
  const wanted = checks.filter(isWanted)
  try {
    const shared = wanted.filter(({ ownBus = false }) => !ownBus)
    const crashing = wanted.filter(({ ownBus }) => ownBus)
    const runs = [
      runOnBus(shared, { kind, ...options, folder: join(folder, 'shared'), isAtOnce: true }),
      runOnBus(crashing, { kind, ...options, folder: join(folder, 'crashing'), isAtOnce: false })
    ]
    const results = isWanted(definitionCheck) ? [checkDefinition(kind)] : []
    for (const run of await Promise.allSettled(runs)) {
      if (run.status === 'rejected') throw run.reason
      results.push(...run.value)
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function checkDefinition({ definition }: LoadedKind): CheckResult {
  const { name } = definitionCheck
  const reason = definitionFaults(definition).join(' ')
  return reason === '' ? { name, ms: 0, result: 'passed' } : { name, ms: 0, result: 'failed', reason }
}

interface OnBusOptions extends Omit<RunKitOptions, 'only'> {
  readonly folder: string
  /** All checks run side by side, each with an instance; otherwise one after the other, with the same one. */
  readonly isAtOnce: boolean
}

async function runOnBus(some: readonly Check[], options: OnBusOptions): Promise<readonly CheckResult[]> {
  const { kind, folder, isAtOnce, command, environment } = options
  if (some.length === 0) return []
  await mkdir(folder)
  const stages: Stage[] = []
  const stageFor = async (name: string, first: number): Promise<Stage> => {
    const stage = await openStage(kind.kit, name, { folder, number: stages.length, first })
    stages.push(stage)
    return stage
  }
  let bus: KitBus | undefined
  try {
    const common = isAtOnce ? undefined : await stageFor('crashing', 1)
    const staged: { readonly check: Check; readonly own: Stage; readonly second: Stage }[] = []
    const results: CheckResult[] = []
    for (const [index, check] of some.entries()) {
      const first = 1 + index * 1000
      const own = common ?? (await stageFor(check.name, first))
      const judged = { definition: effective(kind.definition, own), outside: own.outside }
      const reason = whyNotApplicable(check, judged, kind.kit.notApplicable)
      if (reason !== undefined) results.push({ name: check.name, ms: 0, result: 'n/a', reason })
      else {
        const second = check.hasPeer ? await stageFor(`${check.name}-second`, first) : own
        staged.push({ check, own, second })
      }
    }
    const used = stages.filter((stage) => staged.some(({ own, second }) => own === stage || second === stage))
    const [one] = used
    if (!one) return results
    for (const { check, own } of staged) if (check.beginsAway) await setAway(own, true)
    const { inbound, outbound } = effective(kind.definition, one)
    bus = await openKitBus({
      ...{ folder: join(folder, 'bus'), command, environment },
      kind: kind.definition.kind,
      kindFolder: kind.folder,
      inboundTypes: inbound?.types ?? [],
      outboundTypes: outbound?.types ?? [],
      instances: used.map(({ instance }) => instance)
    })
    const running: KitBus = bus
    const run = ({ check, own, second }: (typeof staged)[number]): Promise<CheckResult> => {
      const sceneOf = (stage: Stage) => openScene(stage, running, kind.kit, kind.definition)
      return resultOf(check, () => check.run(sceneOf(own), sceneOf(second)))
    }
    if (isAtOnce) results.push(...(await Promise.all(staged.map(run))))
    else for (const one of staged) results.push(await run(one))
    return some.flatMap(({ name }) => results.find((result) => result.name === name) ?? [])
  } finally {
    await bus?.close()
    await Promise.all(stages.map(({ close }) => close()))
  }
}

async function resultOf({ name }: Check, run: () => Promise<void>): Promise<CheckResult> {
  const from = performance.now()
  const ended = (): { readonly name: string; readonly ms: number } => ({
    name,
    ms: Math.round(performance.now() - from)
  })
  try {
    await run()
    return { ...ended(), result: 'passed' }
  } catch (error) {
    const reason = error instanceof BrokenPromise ? error.reason : `The check itself failed: ${error}`
    return { ...ended(), result: 'failed', reason }
  }
}
