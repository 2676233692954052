import { faults } from '../faults.ts'
import type { SmppConnection } from '../smpp/connection.ts'

const freshMs = 250

/**
 * Asks the centre for a sign of life, unless it gave one just now. A connection that broke while it was quiet is found
 * before a message is sent over it: otherwise nobody would know whether the message was taken.
 */
export async function assureLink(connection: SmppConnection): Promise<void> {
  if (!connection.ended() && performance.now() - connection.answeredAt() < freshMs) return
  try {
    await connection.request({ command: 'enquire_link' })
  } catch (cause) {
    // The host knows by the code that nothing was sent.
    const unsent = Object.assign(new TypeError('nothing was sent', { cause }), { code: 'ENOTCONN' })
    throw faults.connectionLost({ cause: unsent, values: { problem: 'found before sending' } })
  }
}
