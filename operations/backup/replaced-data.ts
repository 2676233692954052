import { existsSync } from 'node:fs'
import { cp, lchown, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatIn, refuseNewerNote } from '#runtime/data-format.ts'
import { unchanging, withDatabase } from './databases.ts'

/** Throws `BUS_CONFIG_INVALID` if a newer release has changed the form of the data in a backup. */
export function refuseNewerBackup(from: string): void {
  const note = withDatabase(unchanging(join(from, 'store.sqlite')), formatIn)
  if (note) refuseNewerNote(note)
}

/** Moves the databases of a data folder into a folder in it, named by the time, with a copy of the keys. Returns its path. */
export async function moveAside(folder: string): Promise<string> {
  const aside = join(folder, `replaced-${new Date().toISOString().replaceAll(':', '-')}`)
  await mkdir(aside, { mode: 0o700 })
  for (const name of await readdir(folder))
    if (/^(?:store|log)\.sqlite/.test(name)) await rename(join(folder, name), join(aside, name))
  if (existsSync(join(folder, 'keys')))
    await cp(join(folder, 'keys'), join(aside, 'keys'), { recursive: true })
  return aside
}

/** Gives what root has written into a folder to the folder's owner, as whom the bus runs. */
export async function giveToOwner(folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync(folder)) return
  const { uid, gid } = await stat(folder)
  if (uid === 0 && gid === 0) return
  for (const name of await readdir(folder, { recursive: true })) await lchown(join(folder, name), uid, gid)
}
