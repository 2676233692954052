import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import smpp, { type Message, type PDU, type Session } from 'smpp'
import { createOutgoing } from './outgoing.ts'
import { type ReceiptOptions, receiptFields } from './receipts.ts'
import type { TakenMessage } from './taken-message.ts'

/**
 * The message centre of an operator, which speaks SMPP 3.4. For tests and the demo; it shares no code with the
 * connector: it reads and writes PDUs with the library `smpp`.
 */
export interface SmscOptions {
  readonly systemId: string
  readonly password: string
  /** Default: any free port. */
  readonly port?: number
  /** Messages that it gives before the first of them is answered. Default: 10. */
  readonly window?: number
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /** File that gets a line for each message: sender, number, text. */
  readonly journal?: string
}

/** What it does to messages that it is given. */
export interface Behaviour {
  /** Answers with a status, and takes nothing. */
  status?: number | undefined
  /** Ends the connection after an answer with `status`. */
  endAfterStatus?: boolean
  /** Takes this many messages before `status` counts. */
  takeBefore?: number
  /** Takes the message, and answers nothing. */
  silent?: boolean
  /** Takes the message, and answers with half a PDU before it ends the connection. */
  cutAnswer?: boolean
  /** Takes the message, and ends the connection. */
  drop?: boolean
  answerDelayMs?: number
  /** Answers messages in the opposite order, in groups of so many. */
  reverse?: number
  /** Answers without an id. */
  withoutId?: boolean
  /** The id of an answer in hex, that of a report in decimal. */
  hexIds?: boolean
  /** Reports what became of each message that asks for it. */
  reports?: ReceiptOptions
  /** The report comes before the answer. */
  reportFirst?: boolean
  /** Answers a bind with this status. */
  bindStatus?: number | undefined
  /** Answers nothing, not even enquire_link. */
  frozen?: boolean
}

export interface Smsc {
  readonly port: number
  readonly messages: readonly TakenMessage[]
  /** When messages were sent to it, taken or not. */
  readonly attempts: readonly number[]
  readonly binds: number
  readonly behaviour: Behaviour
  /** Clients that are bound now. */
  sessions(): number
  /** Reports what became of a message. */
  report(message: TakenMessage, options: ReceiptOptions): void
  /** A person writes to the brand name; a text of more than 70 letters comes in parts. */
  say(from: string, text: string): void
  /** Gives a client these fields of a deliver_sm; kept until a client takes it. */
  give(fields: object): void
  /** Gives everything once more that it ever gave. */
  again(): void
  /** Writes octets to all connections. */
  write(octets: Buffer): void
  /** Ends all connections. */
  disconnect(): void
  close(): Promise<void>
}

export async function startSmsc({
  systemId,
  password,
  port = 0,
  window = 10,
  tls,
  journal
}: SmscOptions): Promise<Smsc> {
  const messages: TakenMessage[] = []
  const attempts: number[] = []
  const behaviour: Behaviour = {}
  const bound = new Set<Session>()
  const all = new Set<Session>()
  const outgoing = createOutgoing(window)
  const answers: (() => void)[] = []
  const counts = { binds: 0, references: 0 }

  const bind = (session: Session, pdu: PDU): void => {
    const isKnown = pdu.system_id === systemId && pdu.password === password
    const status = behaviour.bindStatus ?? (isKnown ? 0 : 0x0e)
    session.send(pdu.response({ command_status: status, system_id: 'smsc' }))
    if (status !== 0) return
    counts.binds += 1
    bound.add(session)
    outgoing.attach(session)
  }

  const report = (message: TakenMessage, options: ReceiptOptions): void =>
    outgoing.give(receiptFields(message, options, behaviour.hexIds === true))

  const submit = (session: Session, pdu: PDU): void => {
    attempts.push(performance.now())
    const left = behaviour.takeBefore ?? 0
    if (behaviour.status !== undefined && left <= 0) {
      session.send(pdu.response({ command_status: behaviour.status }))
      if (behaviour.endAfterStatus) session.close()
      return
    }
    if (behaviour.takeBefore !== undefined) behaviour.takeBefore = left - 1
    const message = taken(pdu, 100_000 + messages.length)
    messages.push(message)
    if (journal !== undefined) appendFileSync(journal, `${message.from} → ${message.to}: ${message.text}\n`)
    answerTo(session, pdu, message)
  }

  const answerTo = (session: Session, pdu: PDU, message: TakenMessage): void => {
    const { silent, drop, cutAnswer, answerDelayMs = 0, reverse = 1 } = behaviour
    if (behaviour.reportFirst) reportOf(message)
    if (silent) return
    if (drop) return session.destroy()
    const id = behaviour.withoutId ? '' : behaviour.hexIds ? Number(message.id).toString(16) : message.id
    const response = pdu.response({ message_id: id })
    if (cutAnswer)
      return void session.socket.write(response.toBuffer().subarray(0, 9), () => session.destroy())
    answers.push(() => {
      session.send(response)
      if (!behaviour.reportFirst) reportOf(message)
    })
    if (answers.length < reverse) return
    const due = answers.splice(0).reverse()
    setTimeout(() => {
      for (const answer of due) answer()
    }, answerDelayMs)
  }

  const reportOf = (message: TakenMessage): void => {
    if (behaviour.reports && message.wantsReport) report(message, behaviour.reports)
  }

  const onSession = (session: Session): void => {
    all.add(session)
    session.on('error', () => session.destroy())
    session.on('close', () => {
      all.delete(session)
      bound.delete(session)
      outgoing.detach(session)
    })
    session.on('pdu', (pdu: PDU) => {
      if (behaviour.frozen) return
      if (pdu.command.startsWith('bind_') && !pdu.command.endsWith('_resp')) bind(session, pdu)
      else if (pdu.command === 'enquire_link') session.send(pdu.response())
      else if (pdu.command === 'unbind') {
        session.send(pdu.response())
        session.close()
      } else if (pdu.command === 'submit_sm') {
        if (bound.has(session)) submit(session, pdu)
        else session.send(pdu.response({ command_status: 0x04 }))
      }
    })
  }

  const server = tls ? smpp.createServer({ ...tls }, onSession) : smpp.createServer(onSession)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...{ port: (server.address() as AddressInfo).port, messages, attempts, behaviour, report },
    get binds() {
      return counts.binds
    },
    sessions: () => bound.size,
    say(from, text) {
      counts.references += 1
      for (const fields of spoken(from, text, counts.references % 256)) outgoing.give(fields)
    },
    give: outgoing.give,
    again: outgoing.again,
    write(octets) {
      for (const session of all) session.socket.write(octets)
    },
    disconnect() {
      for (const session of all) session.destroy()
    },
    async close() {
      for (const session of all) session.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function taken(pdu: PDU, number: number): TakenMessage {
  const { message, udh = [] } = contentOf(pdu)
  return {
    ...{ id: String(number), from: pdu.source_addr ?? '', to: pdu.destination_addr ?? '' },
    text: typeof message === 'string' ? message : message.toString('latin1'),
    ...{
      dataCoding: pdu.data_coding ?? 0,
      header: udh,
      wantsReport: ((pdu.registered_delivery ?? 0) & 3) !== 0
    },
    ...{ reference: pdu.user_message_reference, at: performance.now() }
  }
}

function contentOf({ short_message: short, message_payload: payload }: PDU): Message {
  return payload && !short?.message.length ? payload : (short ?? { message: '' })
}

const lettersAlone = 70
const lettersOfPart = 67

/** A message in UCS-2, as phones write Vietnamese. */
function spoken(from: string, text: string, reference: number): readonly object[] {
  const common = {
    source_addr: from,
    source_addr_ton: 1,
    source_addr_npi: 1,
    destination_addr: 'BRAND',
    data_coding: 8
  }
  const encode = (part: string): Buffer => Buffer.from(part, 'utf16le').swap16()
  if (text.length <= lettersAlone) return [{ ...common, short_message: encode(text) }]
  const total = Math.ceil(text.length / lettersOfPart)
  return Array.from({ length: total }, (_, at) => {
    const part = encode(text.slice(at * lettersOfPart, (at + 1) * lettersOfPart))
    const header = Buffer.from([5, 0, 3, reference, total, at + 1])
    return { ...common, esm_class: 0x40, short_message: Buffer.concat([header, part]) }
  })
}
