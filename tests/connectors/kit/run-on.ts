import { join } from 'node:path'
import type { ConnectorDefinition } from '#connectors/connector.ts'
import { loadKind } from '#connectors/host/load-kind.ts'
import kit from '#connectors/kit/broken/base/kit.ts'
import type { LoadedKind } from '#connectors/kit/load-kit.ts'
import { checkDefinition, checks, runChecks } from '#connectors/kit/run-kit.ts'
import type { CheckResult } from '#connectors/kit/run-tasks.ts'
import { cli, repository } from '../../helpers/demo-bus.ts'

const folder = join(repository, 'connectors', 'kit', 'broken')
export const kitOptions = { command: [process.execPath, cli], environment: process.env }

/** One of the kit's own kinds, each against the small outside. */
export async function loadOwn(kind: string): Promise<LoadedKind> {
  return { folder, kit, definition: (await loadKind(kind, [folder])) as ConnectorDefinition }
}

/** Runs one check on each of these kinds, as many as can in one bus. */
export async function runEach(
  wanted: readonly (readonly [kind: string, check: string])[]
): Promise<readonly CheckResult[]> {
  const loaded = await Promise.all(wanted.map(async ([kind, name]) => ({ kind: await loadOwn(kind), name })))
  const tasks = loaded.flatMap(({ kind, name }) =>
    checks.filter((check) => check.name === name).map((check) => ({ kind, check }))
  )
  const definitions = loaded.filter(({ name }) => name === 'definition')
  return [...definitions.map(({ kind }) => checkDefinition(kind)), ...(await runChecks(tasks, kitOptions))]
}
