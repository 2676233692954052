import { readText as readFileText } from '../../shared-formats/secrets/read-text.ts'
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
export function readText(path: string, name: string): Promise<string> {
  return readFileText(path, name, faults.secretUnreadable)
}
