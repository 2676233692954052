import { readFile } from 'node:fs/promises'
import { faults } from '../faults.ts'

interface SecretSettings {
  readonly secret?: string | undefined
  readonly secretFile?: string | undefined
}

/** The secret shared with the other side, from the settings or a file; never empty. Throws `secretUnreadable`. */
export async function readSecret({ secret, secretFile }: SecretSettings, name: string): Promise<string> {
  const text = secret ?? (await readText(secretFile ?? '', name))
  if (text.trim() === '') throw faults.secretUnreadable({ values: { name, problem: 'empty' } })
  return text.trim()
}

/** Throws the fault `secretUnreadable` under the name of the setting. */
export async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw faults.secretUnreadable({ cause, values: { name, problem } })
  }
}
