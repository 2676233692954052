import { readReport, saysAbsence } from '../bounces/read-report.ts'
import type { Report } from '../bounces/report.ts'
import { namesSeveral, showsOtherAddress } from './address-checks.ts'
import { type Mail, type NamedAddress, readMail } from './read-mail.ts'
import { replyText } from './reply-text.ts'

/** Senders of one mail that are told. */
const mostSenders = 10

/** Mails, as they came. */
export type MailQuestion = readonly Uint8Array[]

export interface ReadAnswer {
  readonly mail: Omit<Mail, 'text' | 'from'>
  /** Without a name that is another address: it is there to deceive. */
  readonly from: NamedAddress
  /** Addresses of senders, where the mail names its sender more than once: programs show different ones. */
  readonly senders: readonly string[]
  readonly report: Report
  /** What the sender wrote, without what they quote. */
  readonly reply: string
  /** All that is written, where more was left out than lines marked as quoted. */
  readonly whole?: string
  readonly saysAbsence: boolean
}

/** `unreadable`: nested too deeply, or with heads that are too long. */
export type MailAnswer = ReadAnswer | { readonly unreadable: string }

/** An answer for each mail. */
export async function answerTo(question: MailQuestion): Promise<readonly MailAnswer[]> {
  const answers: MailAnswer[] = []
  for (const bytes of question) answers.push(await read(bytes))
  return answers
}

async function read(bytes: Uint8Array): Promise<MailAnswer> {
  try {
    const whole = await readMail(bytes)
    const { text, from: named, ...mail } = whole
    const [author = { name: '', address: '' }] = named
    const from = showsOtherAddress(whole) ? { ...author, name: '' } : author
    const senders = namesSeveral(mail) ? named.slice(0, mostSenders).map(({ address }) => address) : []
    const report = readReport(whole)
    const isAbsent = report.kind === 'auto-reply' && saysAbsence(whole)
    const { reply, isCut } = replyText(text)
    return { mail, from, senders, report, reply, ...(isCut && { whole: text }), saysAbsence: isAbsent }
  } catch (error) {
    return { unreadable: String(error) }
  }
}
