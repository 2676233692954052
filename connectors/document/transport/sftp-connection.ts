import { createHash } from 'node:crypto'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import ssh2, {
  type AuthMethod,
  type ConnectConfig,
  type KeyboardInteractiveAuthMethod,
  type PasswordAuthMethod,
  type PublicKeyAuthMethod,
  type SFTPWrapper
} from 'ssh2'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { addressRefused, checkedLookup, isAllowedAddress } from '../../shared-formats/http/addresses.ts'
import { faults } from '../faults.ts'
import type { SftpSettings } from '../settings.ts'
import type { SftpCredentials } from './sftp-credentials.ts'

/** How a request of SFTP is made: it calls back with its result. */
export type SftpCall<Result> = (sftp: SFTPWrapper, done: (error: unknown, result: Result) => void) => unknown

/** A connection that ends itself when a request is not answered in time. */
export interface SftpConnection {
  readonly host: string
  /** Rejects with the server's refusal as it is, and with a `BusError` once the connection is lost. */
  ask<Result>(call: SftpCall<Result>): Promise<Result>
  close(): Promise<void>
}

/** Rejects where the server is not reached, has another key than the settings name, or does not let the bus in. */
export async function connectSftp(
  settings: SftpSettings,
  credentials: SftpCredentials,
  signal: AbortSignal
): Promise<SftpConnection> {
  const { host, port, user, timeoutMs } = settings
  const client = new ssh2.Client()
  const waiting = new Set<(error: unknown) => void>()
  let lost: BusError | undefined
  const end = (fault: BusError): void => {
    lost ??= fault
    client.destroy()
    for (const reject of waiting) reject(lost)
    waiting.clear()
  }
  client.on('error', (error) => {
    if (error.level === 'client-authentication') end(faults.sftpDenied({ values: { host, port, user } }))
    else if ('code' in error && error.code === addressRefused) end(faults.sftpAddress({ values: { host } }))
    else end(unreachable(host, error))
  })
  client.on('close', () => end(unreachable(host, 'the connection was closed')))

  const ask = async <Result>(
    make: (done: (error: unknown, result: Result) => void) => void
  ): Promise<Result> => {
    if (lost) throw lost
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    waiting.add(reject)
    const timer = setTimeout(() => end(faults.sftpTimeout({ values: { host, timeoutMs } })), timeoutMs)
    try {
      make((error, result) => (error ? reject(error) : resolve(result)))
      return await promise
    } finally {
      clearTimeout(timer)
      waiting.delete(reject)
    }
  }

  const stop = (): void => end(unreachable(host, 'the connection was given up'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    await authenticate(client, { settings, credentials, ask, refuse: end })
    const sftp = await ask<SFTPWrapper>((done) => client.sftp(done))
    sftp.on('error', (error: unknown) => end(unreachable(host, error)))
    return {
      host: `${host}:${port}`,
      ask: (call) => ask((done) => void call(sftp, done)),
      async close() {
        lost ??= unreachable(host, 'the connection was closed')
        client.end()
        client.destroy()
      }
    }
  } catch (error) {
    client.destroy()
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

interface Authentication {
  readonly settings: SftpSettings
  readonly credentials: SftpCredentials
  readonly ask: (make: (done: (error: unknown, result: undefined) => void) => void) => Promise<undefined>
  readonly refuse: (fault: BusError) => void
}

async function authenticate(
  client: ssh2.Client,
  { settings, credentials, ask, refuse }: Authentication
): Promise<void> {
  const { host, port, user, hostKeys, timeoutMs } = settings
  const isPinned = (key: Buffer): boolean => {
    const fingerprint = fingerprintOf(key)
    if (hostKeys.includes(fingerprint)) return true
    refuse(faults.hostKeyDiffers({ values: { host, port, fingerprint, algorithm: algorithmOf(key) } }))
    return false
  }
  const config: ConnectConfig = {
    sock: openSocket(settings),
    username: user,
    authHandler: methodsOf(user, credentials),
    hostVerifier: isPinned,
    readyTimeout: timeoutMs,
    keepaliveInterval: timeoutMs,
    keepaliveCountMax: 1
  }
  await ask((done) => {
    client.once('ready', () => done(undefined, undefined))
    client.connect(config)
  })
}

/** Some servers ask for the password as a question. */
function methodsOf(username: string, { key, password = '' }: SftpCredentials): AuthMethod[] {
  if (key) {
    const byKey: PublicKeyAuthMethod = { type: 'publickey', username, key }
    return [byKey]
  }
  const byPassword: PasswordAuthMethod = { type: 'password', username, password }
  const byQuestion: KeyboardInteractiveAuthMethod = {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _text, _language, prompts, finish) => finish(prompts.map(() => password))
  }
  return [byPassword, byQuestion]
}

/** A socket to an address that the settings allow. */
function openSocket({ host, port, allowPrivateAddresses }: SftpSettings): Socket {
  if (isIP(host) !== 0 && !isAllowedAddress(host, allowPrivateAddresses)) {
    throw faults.sftpAddress({ values: { host } })
  }
  return connectSocket({ host, port, lookup: checkedLookup(allowPrivateAddresses), noDelay: true })
}

/** As `ssh-keygen -l` shows it. */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** The name of the algorithm is at the beginning of the key, after its length. */
function algorithmOf(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0)
  return key.toString('latin1', 4, 4 + Math.min(length, 64)).replaceAll(/[^\w@.-]/g, '?')
}

function unreachable(host: string, cause: unknown): BusError {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return faults.sftpUnreachable({ cause, values: { host, problem } })
}
