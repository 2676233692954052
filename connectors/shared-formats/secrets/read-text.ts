import { readFile } from 'node:fs/promises'

/** Makes the fault of the kind: `name` is the setting, `problem` why its file cannot be read. */
export type Unreadable = (given: {
  readonly cause: unknown
  readonly values: { readonly name: string; readonly problem: string }
}) => Error

/** The text of a file that a setting names, such as a secret or a certificate. Throws the fault of the kind. */
export async function readText(path: string, name: string, unreadable: Unreadable): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw unreadable({ cause, values: { name, problem } })
  }
}
