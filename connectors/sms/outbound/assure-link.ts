import type { SmppConnection } from '../smpp/connection.ts'
import { unsent } from '../smpp/unsent.ts'

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
    throw unsent('found before sending', cause)
  }
}
