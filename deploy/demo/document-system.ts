import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './party.ts'

/** A simulated document system: puts packages into its folder and finds those from the bus. */
export interface DocumentSystem {
  readonly agency: string
  drop(name: string, content: string): Promise<void>
  /** The first package that contains all these texts; rejects with `MissingStep` if there is none in time. */
  find(texts: readonly string[], timeoutMs: number): Promise<string>
}

export function openDocumentSystem(agency: string, folder: string): DocumentSystem {
  /** The connector makes them too, once its system is registered. */
  const makeFolders = async (): Promise<void> => {
    for (const name of ['in', 'out', 'writing']) await mkdir(join(folder, name), { recursive: true })
  }

  return {
    agency,

    async drop(name, content) {
      await makeFolders()
      const writing = join(folder, 'writing', `${name}.part`)
      await writeFile(writing, content)
      await rename(writing, join(folder, 'in', name))
    },

    find(texts, timeoutMs) {
      const look = async (): Promise<string | undefined> => {
        await makeFolders()
        for (const name of await readdir(join(folder, 'out'))) {
          const content = await readFile(join(folder, 'out', name), 'utf8')
          if (texts.every((text) => content.includes(text))) return content
        }
        return undefined
      }
      const wanted = texts.join(', ')
      return eventually(look, timeoutMs, {
        vi: `không có gói nào chứa ${wanted} đến ${agency}`,
        en: `no package with ${wanted} came to ${agency}`
      })
    }
  }
}
