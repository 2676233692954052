import { decodeText } from '../mail/decode-text.ts'
import type { Mail } from '../mail/read-mail.ts'
import { reasonOf, statusIn } from './reasons.ts'
import type { ReportRow } from './report.ts'
import { addressIn, readStatusFields, type StatusFields } from './status-fields.ts'

/** What servers call the part that programs read. */
const statusTypes = /^(?:message\/(?:x?-?delivery-status|global-delivery-status)|text\/delivery-status)$/

/**
 * What the parts for programs say of each recipient (RFC 3464, RFC 6533); empty if there are none. `isAnswer`: in the
 * text of a person, such fields are quoted.
 */
export function readDsn(
  { attachments, text }: Pick<Mail, 'attachments' | 'text'>,
  isAnswer: boolean
): readonly ReportRow[] {
  const texts = statusTexts({ attachments })
  // Where the boundaries are broken, it stands in the text.
  const broken = /^(?:Reporting-MTA|Final-Recipient)[ \t]*:/im.exec(text)
  if (texts.length === 0 && broken && !isAnswer) texts.push(text.slice(broken.index))
  const groups = texts.flatMap(readStatusFields)
  const rows = groups.filter(
    (fields) => fields.has('final-recipient') || fields.has('original-recipient') || fields.has('action')
  )
  return rows.map(toRow)
}

function statusTexts({ attachments }: Pick<Mail, 'attachments'>): string[] {
  const parts = attachments.filter(({ mediaType }) => statusTypes.test(mediaType))
  return parts.map(({ bytes }) => decodeText(bytes, undefined).text)
}

/** What the sender called the mail: servers repeat it where they repeat nothing else of it. */
export function envelopeIdOf(mail: Pick<Mail, 'attachments'>): string | undefined {
  const [fields] = statusTexts(mail).flatMap(readStatusFields)
  return fields?.get('original-envelope-id')
}

function toRow(fields: StatusFields): ReportRow {
  const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^\s*[\w.-]+\s*;\s*/, '')
  const status = statusOf(fields.get('status'), diagnostic)
  return {
    recipient:
      addressIn(fields.get('original-recipient')) ??
      addressIn(fields.get('final-recipient')) ??
      addressIn(fields.get('x-actual-recipient')),
    finalRecipient: addressIn(fields.get('final-recipient')),
    action: actionOf(fields.get('action'), status),
    status,
    reply: replyIn(diagnostic),
    text: diagnostic,
    reason: reasonOf(status, diagnostic)
  }
}

/** A status that says nothing but "failed" is worth less than what the other server said. */
function statusOf(value: string | undefined, diagnostic: string): string | undefined {
  const given = value === undefined ? undefined : statusIn(value)
  const said = statusIn(diagnostic)
  return given === undefined || /^\d\.0\.0$/.test(given) ? (said ?? given) : given
}

function actionOf(value: string | undefined, status: string | undefined): ReportRow['action'] {
  const word = value
    ?.trim()
    .toLowerCase()
    .match(/^[a-z]+/)?.[0]
  if (word === 'failed' || word === 'failure') return 'failed'
  if (word === 'delayed' || word === 'expired') return word === 'expired' ? 'failed' : 'delayed'
  if (word === 'delivered') return 'delivered'
  if (word === 'relayed' || word === 'expanded') return 'relayed'
  if (status === undefined) return 'failed'
  return status.startsWith('2') ? 'delivered' : status.startsWith('4') ? 'delayed' : 'failed'
}

/** The code of a server's reply in what it said. */
export function replyIn(text: string): number | undefined {
  const code = /(?<![\d./-])(?<!\d:)([45][0-5]\d)(?=[ ,\n-]|$)(?!-\d{2}-)/.exec(text)?.[1]
  return code === undefined ? undefined : Number(code)
}
