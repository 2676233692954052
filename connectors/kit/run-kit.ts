import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from './checks/check.ts'
import { crashChecks } from './checks/crash.ts'
import { definitionFaults } from './checks/definition.ts'
import { inboundChecks } from './checks/inbound.ts'
import { networkChecks } from './checks/network.ts'
import { outboundChecks } from './checks/outbound.ts'
import { receiveChecks } from './checks/receive.ts'
import type { LoadedKind } from './load-kit.ts'
import { type CheckResult, runTasks, type Task } from './run-tasks.ts'

export const definitionCheck = {
  name: 'definition',
  promise: 'The definition is complete: settings are described, secrets are marked.'
}

/** All checks but `definition`, in the order in which they are told. */
export const checks: readonly Check[] = [
  ...networkChecks,
  ...inboundChecks,
  ...receiveChecks,
  ...outboundChecks,
  ...crashChecks
]

export interface KitOptions {
  /** The program `lienthong` and its first words, and the environment that it runs in. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** One pass: every check that applies, or those that are named, in the order of `checks`. */
export async function runKit(
  kind: LoadedKind,
  { only, ...options }: KitOptions & { readonly only?: readonly string[] | undefined }
): Promise<readonly CheckResult[]> {
  const isWanted = ({ name }: { readonly name: string }): boolean => only?.includes(name) ?? true
  const tasks = checks.filter(isWanted).map((check): Task => ({ kind, check }))
  const results = await runChecks(tasks, options)
  return isWanted(definitionCheck) ? [checkDefinition(kind), ...results] : results
}

/** Runs checks in real buses with SQLite: one for all that can share it, one for each kind that has it killed. */
export async function runChecks(
  tasks: readonly Task[],
  options: KitOptions
): Promise<readonly CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-kit-'))
  try {
    const groups = Map.groupBy(tasks, ({ kind, check }) => (check.ownBus ? kind.definition.kind : ''))
    const runs = [...groups].map(([kind, some]) =>
      runTasks(some, { ...options, folder: join(folder, `bus-${kind}`), isAtOnce: kind === '' })
    )
    const results: CheckResult[] = []
    for (const run of await Promise.allSettled(runs)) {
      if (run.status === 'rejected') throw run.reason
      results.push(...run.value)
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function checkDefinition({ definition }: LoadedKind): CheckResult {
  const { name } = definitionCheck
  const reason = definitionFaults(definition).join(' ')
  const base = { name, kind: definition.kind, ms: 0 }
  return reason === '' ? { ...base, result: 'passed' } : { ...base, result: 'failed', reason }
}
