import { realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { Config } from '#runtime/config.ts'

/** The configured key files that are not in the data folder's `keys`, the only ones that a backup has. */
export async function keyFilesApart({
  trust,
  data
}: Pick<Config, 'trust' | 'data'>): Promise<readonly string[]> {
  const kept = await folderAt(join(data.folder, 'keys'))
  const files = [trust.busKeyFile, trust.operatorKeyFile].filter((file) => file !== undefined)
  const folders = await Promise.all(files.map((file) => folderAt(dirname(file))))
  return files.filter((_file, at) => !folders[at]?.startsWith(kept))
}

/** Its path without links, ending in a separator. */
async function folderAt(path: string): Promise<string> {
  return (await realpath(path).catch(() => resolve(path))) + sep
}
