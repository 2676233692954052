import { ImapFlow } from 'imapflow'
import type { ConnectorIo } from '../../connector.ts'
import type { ImapSettings } from '../settings.ts'
import { toImapFault } from './imap-errors.ts'
import { serverOptionsOf } from './server-options.ts'

/** What is read of each new mail, to see whether it concerns the instance: the whole of a small one. */
export interface Beginning {
  readonly uid: number
  readonly bytes: Buffer
  readonly isWhole: boolean
  /** Of the whole mail, as the server says: some only estimate it. */
  readonly size: number
  /** When it came, in milliseconds since the epoch. */
  readonly receivedAt: number
}

export interface FolderState {
  /** UIDVALIDITY: with another one, all numbers are new. */
  readonly validity: string
  /** Each number is below it. */
  readonly nextUid: number
}

/** A connection to a mailbox, which changes nothing in it. Every call rejects with a fault, and ends in time. */
export interface Mailbox {
  /** The state when it was first asked for since `watch`: opening a large folder anew for each batch takes long. */
  select(signal: AbortSignal): Promise<FolderState>
  /** The numbers of mails from one to another, in order. */
  numbers(from: number, to: number, signal: AbortSignal): Promise<readonly number[]>
  /** The first bytes of mails, in order; of those that are gone, none. */
  beginnings(uids: readonly number[], signal: AbortSignal): Promise<readonly Beginning[]>
  /** So many bytes of mails, by number; of those that are gone, none. */
  sources(
    uids: readonly number[],
    maxBytes: number,
    signal: AbortSignal
  ): Promise<ReadonlyMap<number, Buffer>>
  /** The lowest number of mails that came since an instant's day; undefined if there are none. */
  firstSince(at: number, signal: AbortSignal): Promise<number | undefined>
  /** Whether the folder of copies has a mail. Over a connection of its own. */
  hasCopy(messageId: string, signal: AbortSignal): Promise<boolean>
  /** Rejects with what is wrong. */
  check(signal: AbortSignal): Promise<void>
  /** Waits for mail, and wakes the host when some has come. */
  watch(): void
  close(): void
}

/** More than most heads have, and all of most answers: they need no second question. */
const firstBytes = 16_384
const maxLineBytes = 2_097_152
const slackBytes = 1_048_576

export async function openMailbox(
  settings: ImapSettings,
  io: Pick<ConnectorIo, 'signal' | 'wake'>
): Promise<Mailbox> {
  const client = await connect(settings, io.signal)
  client.on('exists', () => io.wake())
  const ask = <Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> =>
    askInTime(client, settings, { work, signal })
  let state: FolderState | undefined
  return {
    select: async (signal) => {
      state ??= await ask(async () => {
        const { uidValidity, uidNext } = await client.mailboxOpen(settings.folder, { readOnly: true })
        return { validity: String(uidValidity), nextUid: uidNext }
      }, signal)
      return state
    },
    numbers: (from, to, signal) =>
      ask(async () => {
        const found = (await client.search({ uid: `${from}:${to}` }, { uid: true })) || []
        // A range with an end below its start names the mails between them.
        return found.filter((uid) => uid >= from && uid <= to).toSorted((one, other) => one - other)
      }, signal),
    beginnings: (uids, signal) =>
      ask(async () => {
        const found: Beginning[] = []
        const source = { start: 0, maxLength: firstBytes }
        const query = { uid: true, size: true, internalDate: true, source }
        for await (const mail of client.fetch(uids.join(','), query, { uid: true })) {
          const { uid, size = 0, source: bytes = Buffer.alloc(0) } = mail
          const isWhole = bytes.length < firstBytes
          found.push({ uid, size, bytes, isWhole, receivedAt: Number(new Date(mail.internalDate ?? 0)) })
        }
        return found.toSorted((one, other) => one.uid - other.uid)
      }, signal),
    sources: (uids, maxBytes, signal) =>
      ask(async () => {
        const found = new Map<number, Buffer>()
        if (uids.length === 0) return found
        const query = { source: { start: 0, maxLength: maxBytes } }
        for await (const { uid, source } of client.fetch(uids.join(','), query, { uid: true })) {
          if (source) found.set(uid, source)
        }
        return found
      }, signal),
    firstSince: (at, signal) =>
      ask(async () => {
        const found = await client.search({ since: new Date(at - dayMs) }, { uid: true })
        return found ? found.reduce((lowest, uid) => Math.min(lowest, uid), Infinity) : undefined
      }, signal).then((uid) => (uid === Infinity ? undefined : uid)),
    hasCopy: (messageId, signal) => hasCopy(settings, messageId, signal),
    async check(signal) {
      await ask(() => client.status(settings.folder, { messages: true }), signal)
    },
    watch() {
      state = undefined
      client.idle().catch(() => {}) // The next poll tells what is wrong.
    },
    close: () => client.close()
  }
}

const dayMs = 86_400_000

async function hasCopy(settings: ImapSettings, messageId: string, signal: AbortSignal): Promise<boolean> {
  const client = await connect(settings, signal)
  try {
    const work = async (): Promise<boolean> => {
      await client.mailboxOpen(settings.copies?.folder ?? 'INBOX', { readOnly: true })
      const found = await client.search({ header: { 'message-id': messageId } }, { uid: true })
      return found !== false && found !== undefined && found.length > 0
    }
    return await askInTime(client, settings, { work, signal })
  } finally {
    client.close()
  }
}

async function connect(settings: ImapSettings, signal: AbortSignal): Promise<ImapFlow> {
  const { port, security, timeoutMs, maxBytes } = settings
  const { host, serverName, tls, credentials } = await serverOptionsOf(settings, 'imap')
  const client = new ImapFlow({
    ...{ host, port, tls, servername: serverName, logger: false, disableAutoIdle: true },
    ...{ secure: security === 'tls', ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }) },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, disableCompression: true },
    ...{ maxLineLength: maxLineBytes, maxLiteralSize: maxBytes + slackBytes },
    maxResponseSize: maxBytes + 2 * slackBytes,
    ...(credentials && { auth: credentials })
  })
  client.on('error', () => {}) // Told by what waits for an answer.
  await askInTime(client, settings, { work: () => client.connect(), signal })
  return client
}

/** Ends the connection when nothing comes for too long: what comes late would be taken for another's. */
async function askInTime<Result>(
  client: ImapFlow,
  settings: ImapSettings,
  { work, signal }: { readonly work: () => Promise<Result>; readonly signal: AbortSignal }
): Promise<Result> {
  signal.throwIfAborted()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (): void => {
    clearTimeout(timer)
    reject(new TypeError(`no answer within ${settings.timeoutMs} ms`))
    client.close()
  }
  let received = -1
  const look = (): void => {
    const before = received
    received = client.stats().received
    if (received === before) end()
    else timer = setTimeout(look, settings.timeoutMs)
  }
  let timer: NodeJS.Timeout | undefined
  look()
  signal.addEventListener('abort', end, { once: true })
  const working = work()
  working.catch(() => {}) // The time limit may end it first.
  try {
    return await Promise.race([working, ended])
  } catch (error) {
    throw toImapFault(error, settings)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
