import { Readable } from 'node:stream'

/** How far a mail came. */
export interface Handing {
  /** Its first recipient, to whom the notice is. */
  readonly recipient: string
  /** What the server said of the recipient, if it does not take the mail. */
  refusal?: unknown
  /** Whether the server may have the whole mail. */
  isDone: boolean
}

/** What is used of a mail that the library composed. */
interface ComposedMail {
  createReadStream(options?: object): Readable
  /** The library adds `rejectedErrors`, as the server answers. */
  getEnvelope(): { readonly rejectedErrors?: readonly { readonly recipient?: string }[] }
}

/**
 * Gives the server no mail that it does not take for the recipient. Otherwise the second recipient, the mailbox of
 * copies, would have one of a mail that was not sent: a look-up after a crash would take it for sent.
 */
export function handOnlyToRecipient(message: ComposedMail, handing: Handing): void {
  const open = message.createReadStream.bind(message)
  message.createReadStream = (options) => {
    const mail = open(options)
    const handed = Readable.from(bytesOf(mail), { objectMode: false })
    mail.on('error', (error) => handed.destroy(error))
    handed.once('close', () => mail.destroy())
    return handed
  }

  /** Begins when the first byte is read, which is after the server has answered for each recipient. */
  async function* bytesOf(mail: Readable): AsyncGenerator<Buffer, void> {
    const { rejectedErrors = [] } = message.getEnvelope()
    handing.refusal = rejectedErrors.find(({ recipient }) => recipient === handing.recipient)
    if (handing.refusal) throw new TypeError('the server does not take the mail for its recipient')
    yield* mail
    handing.isDone = true
  }
}
