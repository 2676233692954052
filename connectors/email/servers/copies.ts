import type { ImapFlow } from 'imapflow'
import type { ImapSettings } from '../settings.ts'
import { askInTime, connect } from './imap.ts'

/** The folder of copies, over one connection for all look-ups: servers let a user in only so many times. */
export interface Copies {
  /** Rejects with a fault. */
  has(messageId: string, signal: AbortSignal): Promise<boolean>
  close(): void
}

/** A look-up asks each second. */
const idleMs = 10_000

export function createCopies(settings: ImapSettings): Copies {
  let opening: Promise<ImapFlow> | undefined
  let asking = 0
  let idle: NodeJS.Timeout | undefined
  const close = (): void => {
    clearTimeout(idle)
    opening?.then((client) => client.close()).catch(() => {}) // One that was not opened is told to who asked.
    opening = undefined
  }
  return {
    close,
    async has(messageId, signal) {
      clearTimeout(idle)
      asking += 1
      opening ??= openFolder(settings, signal)
      const mine = opening
      try {
        const client = await mine
        return await askInTime(client, settings, { work: () => isFound(client, messageId), signal })
      } catch (error) {
        if (opening === mine) close()
        throw error
      } finally {
        asking -= 1
        if (asking === 0) idle = setTimeout(close, idleMs).unref()
      }
    }
  }
}

async function openFolder(settings: ImapSettings, signal: AbortSignal): Promise<ImapFlow> {
  const client = await connect(settings, signal)
  const folder = settings.copies?.folder ?? 'INBOX'
  try {
    await askInTime(client, settings, { work: () => client.mailboxOpen(folder, { readOnly: true }), signal })
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

async function isFound(client: ImapFlow, messageId: string): Promise<boolean> {
  await client.noop() // Servers tell of new mail only when they are asked something.
  const found = await client.search({ header: { 'message-id': messageId } }, { uid: true })
  return found !== false && found !== undefined && found.length > 0
}
