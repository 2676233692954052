import ssh2, { type ParsedKey } from 'ssh2'
import { faults } from '../faults.ts'
import type { SftpSettings } from '../settings.ts'
import { readSecret, readText } from './secrets.ts'

/** What the bus shows to an SFTP server: one of them. */
export interface SftpCredentials {
  readonly password?: string
  readonly key?: ParsedKey
}

/** Deriving the key of a passphrase takes half a second of processor time: not again for each connect. */
const opened = new WeakMap<SftpSettings, { readonly text: string; readonly key: ParsedKey }>()

/** Reads them anew at each connect, so that a renewed key is used. Throws the fault `secretUnreadable`. */
export async function readSftpCredentials(settings: SftpSettings): Promise<SftpCredentials> {
  const { password, passwordFile, privateKeyFile, passphrase } = settings
  if (privateKeyFile === undefined) {
    return { password: await readSecret({ secret: password, secretFile: passwordFile }, 'sftp.password') }
  }
  const text = await readText(privateKeyFile, 'sftp.privateKeyFile')
  const known = opened.get(settings)
  if (known?.text === text) return { key: known.key }
  const key = ssh2.utils.parseKey(text, passphrase)
  if (key instanceof Error || !key.isPrivateKey()) {
    const problem = key instanceof Error ? key.message : 'no private key'
    throw faults.secretUnreadable({ values: { name: 'sftp.privateKeyFile', problem } })
  }
  opened.set(settings, { text, key })
  return { key }
}
