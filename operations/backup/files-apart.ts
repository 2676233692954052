import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { DeclaredInstance } from '#connectors/host/check-instances.ts'
import type { Config } from '#runtime/config.ts'
import { keyFiles } from '#runtime/keyring.ts'

/**
 * The files that the settings of the bus and of its connectors name outside the data folder's `keys`, the only ones that
 * a backup has; the bus's own key there if it is missing and none is named; and instances whose file cannot be read, so
 * that nobody knows what it names.
 */
export async function filesApart(
  config: Config,
  instances: readonly DeclaredInstance[]
): Promise<readonly string[]> {
  const { trust, data } = config
  const kept = await folderAt(join(data.folder, 'keys'))
  const files = [...new Set([config, ...instances.map(({ value }) => value)].flatMap(filesNamedIn))]
  const folders = await Promise.all(files.map((file) => folderAt(dirname(file))))
  const apart = files.filter((_file, at) => !folders[at]?.startsWith(kept))
  const unread = instances.filter(({ value }) => value === undefined).map(({ place }) => place)
  const { bus } = keyFiles(data.folder)
  const own = trust.busKeyFile === undefined && !existsSync(bus) ? [bus] : []
  return [...own, ...apart, ...unread]
}

/** What settings with such a name have: `keyFile`, `passwordFile`, `keyFiles`, `passwordFolder`. */
function filesNamedIn(settings: unknown): readonly string[] {
  if (typeof settings !== 'object' || settings === null) return []
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!/Files?$|^passwordFolder$/.test(name)) return filesNamedIn(value)
    return [value].flat().filter((file) => typeof file === 'string')
  })
}

/** Its path without links, ending in a separator. */
async function folderAt(path: string): Promise<string> {
  return (await realpath(path).catch(() => resolve(path))) + sep
}
