import { join } from 'node:path'
import type { ConnectorDefinition } from '#connectors/connector.ts'
import { loadKind } from '#connectors/host/load-kind.ts'
import kit from '#connectors/kit/broken/base/kit.ts'
import { type CheckResult, runKit } from '#connectors/kit/run-kit.ts'
import { cli, repository } from '../../helpers/demo-bus.ts'

const folder = join(repository, 'connectors', 'kit', 'broken')

/** Runs the kit on one of its broken kinds. */
export async function runOn(kind: string, only?: readonly string[]): Promise<readonly CheckResult[]> {
  const definition = (await loadKind(kind, [folder])) as ConnectorDefinition
  const command = [process.execPath, cli]
  return runKit({ kind: { folder, definition, kit }, command, environment: process.env, only })
}
