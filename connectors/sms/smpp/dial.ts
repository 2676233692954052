import { connect as dialPlain, type Socket } from 'node:net'
import { connect as dialTls } from 'node:tls'
import { tlsOptionsOf } from '../../shared-formats/secrets/tls-options.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'

/** Connects to the message centre, with TLS if the settings say so. */
export async function dial(settings: SmsSettings, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, responseTimeoutMs } = settings
  const file = { host, name: 'tls.authoritiesFile', unreadable: faults.secretUnreadable }
  const options = tls && (await tlsOptionsOf(tls, file))
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
