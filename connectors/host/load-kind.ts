import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConnectorDefinition } from '../connector.ts'

/** The folder of the kinds that come with this release. */
export const shippedKinds = join(import.meta.dirname, '..')

/** Under `node_modules` a kind is JavaScript, and sources beside it are for reading. */
const indexFiles = ['index.js', 'index.ts']

/**
 * Loads a kind of connector from the first of these folders that has a folder of its name. Undefined if none
 * has. Throws if the kind's name is not its folder's.
 */
export async function loadKind(
  kind: string,
  folders: readonly string[] = [shippedKinds]
): Promise<ConnectorDefinition | undefined> {
  const files = folders.flatMap((folder) => indexFiles.map((file) => join(folder, kind, file)))
  const file = files.find((path) => existsSync(path))
  if (file === undefined) return undefined
  const module = (await import(pathToFileURL(file).href)) as { readonly default: ConnectorDefinition }
  if (module.default.kind !== kind) throw new TypeError(`${file} calls itself ${module.default.kind}`)
  return module.default
}

/** The names of the kinds in these folders. */
export function kindsIn(folders: readonly string[] = [shippedKinds]): readonly string[] {
  const names = folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => indexFiles.some((file) => existsSync(join(folder, name, file))))
  )
  return [...new Set(names)].sort()
}
