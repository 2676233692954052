import ssh2 from 'ssh2'
import { faults } from '../faults.ts'
import type { SftpSettings } from '../settings.ts'
import { readSecret, readText } from './secrets.ts'

/** What the bus shows to an SFTP server. */
export interface SftpCredentials {
  readonly password?: string
  readonly privateKey?: string
  readonly passphrase?: string
}

/** Reads them anew at each connect, so that a renewed key is used. Throws the fault `secretUnreadable`. */
export async function readSftpCredentials(settings: SftpSettings): Promise<SftpCredentials> {
  const { password, passwordFile, privateKeyFile, passphrase } = settings
  if (privateKeyFile !== undefined) {
    const privateKey = await readText(privateKeyFile, 'sftp.privateKeyFile')
    const parsed = ssh2.utils.parseKey(privateKey, passphrase)
    if (parsed instanceof Error) {
      const values = { name: 'sftp.privateKeyFile', problem: parsed.message }
      throw faults.secretUnreadable({ values })
    }
    return { privateKey, ...(passphrase === undefined ? {} : { passphrase }) }
  }
  return { password: await readSecret({ secret: password, secretFile: passwordFile }, 'sftp.password') }
}
