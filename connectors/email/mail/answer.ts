import { readReport, saysAbsence } from '../bounces/read-report.ts'
import type { Report } from '../bounces/report.ts'
import { type Mail, readMail } from './read-mail.ts'
import { replyText } from './reply-text.ts'

/** Mails, as they came. */
export type MailQuestion = readonly Uint8Array[]

export interface ReadAnswer {
  readonly mail: Omit<Mail, 'text'>
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
    const { text, ...mail } = await readMail(bytes)
    const report = readReport({ ...mail, text })
    const isAbsent = report.kind === 'auto-reply' && saysAbsence({ ...mail, text })
    const { reply, isCut } = replyText(text)
    return { mail, report, reply, ...(isCut && { whole: text }), saysAbsence: isAbsent }
  } catch (error) {
    return { unreadable: String(error) }
  }
}
