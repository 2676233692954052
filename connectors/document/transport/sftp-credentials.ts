import { readFile } from 'node:fs/promises'
import ssh2 from 'ssh2'
import { faults } from '../faults.ts'
import type { SftpSettings } from '../settings.ts'

/** What the bus shows to an SFTP server. */
export interface SftpCredentials {
  readonly password?: string
  readonly privateKey?: Buffer
  readonly passphrase?: string
}

/** Reads them anew at each connect, so that a renewed key is used. Throws the fault `secretUnreadable`. */
export async function readSftpCredentials(settings: SftpSettings): Promise<SftpCredentials> {
  const { password, passwordFile, privateKeyFile, passphrase } = settings
  if (privateKeyFile !== undefined) {
    const privateKey = await readText(privateKeyFile, 'sftp.privateKeyFile')
    const parsed = ssh2.utils.parseKey(privateKey, passphrase)
    if (parsed instanceof Error) throw unreadable('sftp.privateKeyFile', parsed.message)
    return { privateKey, ...(passphrase === undefined ? {} : { passphrase }) }
  }
  if (passwordFile === undefined) return { password: password ?? '' }
  return { password: (await readText(passwordFile, 'sftp.passwordFile')).toString().trim() }
}

async function readText(path: string, name: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw unreadable(name, (cause as NodeJS.ErrnoException).code ?? String(cause))
  }
}

function unreadable(name: string, problem: string) {
  return faults.secretUnreadable({ values: { name, problem } })
}
