import { readText as readFileText } from '../../shared-formats/secrets/read-text.ts'
import { faults } from '../faults.ts'
import type { RestSettings } from '../settings.ts'

/** A secret that stands in the settings or in a file, never empty. Throws the fault `secretUnreadable`. */
export async function readSecret(
  { secret, secretFile }: { readonly secret?: string | undefined; readonly secretFile?: string | undefined },
  name: string
): Promise<string> {
  const found = secret ?? (await readText(secretFile, `${name}.secretFile`)).trim()
  if (found.trim() === '') throw faults.secretUnreadable({ values: { name, problem: 'empty' } })
  return found
}

export function readText(path: string | undefined, name: string): Promise<string> {
  return readFileText(path ?? '', name, faults.secretUnreadable)
}

interface TlsTexts {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export async function readTls({ tls }: RestSettings): Promise<TlsTexts> {
  const files = { ca: 'authoritiesFile', cert: 'certificateFile', key: 'keyFile' } as const
  const read = Object.entries(files)
    .filter(([, name]) => tls[name] !== undefined)
    .map(async ([option, name]) => [option, await readText(tls[name], `tls.${name}`)] as const)
  return Object.fromEntries(await Promise.all(read))
}
