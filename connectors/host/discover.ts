import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConnectorDefinition } from '../connector.ts'

/** Finds every connector: each folder beside this one with an `index.ts`, or `index.js` in an installed package. Throws if a connector's name is not its folder's. */
export async function discoverConnectors(
  folder = join(import.meta.dirname, '..')
): Promise<ReadonlyMap<string, ConnectorDefinition>> {
  const found = new Map<string, ConnectorDefinition>()
  for (const { name } of readdirSync(folder, { withFileTypes: true })) {
    const file = ['index.ts', 'index.js'].map((index) => join(folder, name, index)).find(existsSync)
    if (file === undefined) continue
    const module = (await import(pathToFileURL(file).href)) as { readonly default: ConnectorDefinition }
    if (module.default.name !== name) {
      throw new TypeError(`${file} calls itself ${module.default.name}`)
    }
    found.set(name, module.default)
  }
  return found
}
