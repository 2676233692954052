import { connect as dialPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as dialTls } from 'node:tls'
import { readText } from '../../shared-formats/secrets/read-text.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'

/** Connects to the message centre, with TLS if the settings say so. */
export async function dial(settings: SmsSettings, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, responseTimeoutMs } = settings
  const options = tls && (await tlsOptionsOf(tls, host))
  signal.throwIfAborted()
  const socket = options ? dialTls({ host, port, ...options }) : dialPlain({ host, port })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = (): void => reject(signal.reason)
  const timer = setTimeout(() => reject(undefined), responseTimeoutMs)
  signal.addEventListener('abort', stop, { once: true })
  let isReached = false
  socket
    .once('connect', () => {
      isReached = true
    })
    .once(tls ? 'secureConnect' : 'connect', resolve)
    .once('error', reject)
    .once('close', () => reject(undefined))
  try {
    await promise
    return socket.setNoDelay(true).removeAllListeners('close').removeAllListeners('error')
  } catch (cause) {
    socket.on('error', () => {}).destroy()
    if (signal.aborted) throw cause
    const problem = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'it did not come about in time'
    const fault = isReached ? faults.tlsFailed : faults.unreachable
    throw fault({ cause, values: { host, port, problem } })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

async function tlsOptionsOf(
  { authoritiesFile, serverName }: NonNullable<SmsSettings['tls']>,
  host: string
): Promise<ConnectionOptions> {
  const name = serverName ?? host
  return {
    minVersion: 'TLSv1.2',
    ...(isIP(name) === 0 && { servername: name }), // An address is no name that a server is asked for.
    ...(authoritiesFile !== undefined && { ca: await authoritiesIn(authoritiesFile) })
  }
}

/** OpenSSL passes over what is no certificate: nothing would be trusted, and nobody would know why. */
async function authoritiesIn(file: string): Promise<string> {
  const name = 'tls.authoritiesFile'
  const text = await readText(file, name, faults.secretUnreadable)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw faults.secretUnreadable({ values: { name, problem: 'it has no certificate in PEM' } })
}
