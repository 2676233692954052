import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConnectorDefinition } from '../connector.ts'
import type { KindKit } from './define-kit.ts'

export interface LoadedKind {
  /** The folder that has the kind's folder. */
  readonly folder: string
  readonly definition: ConnectorDefinition
  readonly kit: KindKit
}

/** Loads the definition of a kind and what the kit needs of it. Throws with what is missing. */
export async function loadKit(folder: string, kind: string): Promise<LoadedKind> {
  const load = async (file: string): Promise<unknown> => {
    const path = join(folder, kind, file)
    if (!existsSync(path)) throw new TypeError(`${path} is missing: docs/connector-guide.md shows it`)
    return ((await import(pathToFileURL(path).href)) as { readonly default: unknown }).default
  }
  const definition = (await load('index.ts')) as ConnectorDefinition
  return { folder, definition, kit: (await load('fixtures/kit.ts')) as KindKit }
}
