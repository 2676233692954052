import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { Config } from '#runtime/config.ts'
import { keyFiles } from '#runtime/keyring.ts'

/**
 * The key files that `trust` names outside the data folder's `keys`, the only ones that a backup has; the bus's own there if
 * it is missing and none is named.
 */
export async function keyFilesApart({
  trust,
  data
}: Pick<Config, 'trust' | 'data'>): Promise<readonly string[]> {
  const kept = await folderAt(join(data.folder, 'keys'))
  const files = [trust.busKeyFile, trust.operatorKeyFile].filter((file) => file !== undefined)
  const folders = await Promise.all(files.map((file) => folderAt(dirname(file))))
  const apart = files.filter((_file, at) => !folders[at]?.startsWith(kept))
  const { bus } = keyFiles(data.folder)
  return trust.busKeyFile === undefined && !existsSync(bus) ? [bus, ...apart] : apart
}

/** Its path without links, ending in a separator. */
async function folderAt(path: string): Promise<string> {
  return (await realpath(path).catch(() => resolve(path))) + sep
}
