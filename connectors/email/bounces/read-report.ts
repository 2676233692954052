import { decodeText } from '../mail/decode-text.ts'
import { first, isFromDaemon, isFromServer, mayReport } from '../mail/programs.ts'
import { type Mail, valuesOf } from '../mail/read-mail.ts'
import { envelopeIdOf, readDsn, replyIn } from './dsn.ts'
import { originalOf, splitText, summaryOf, toOriginal } from './original.ts'
import { readPlainBounce } from './plain-bounce.ts'
import { statusIn } from './reasons.ts'
import type { Report, ReportKind, ReportRow } from './report.ts'
import { addressIn, readStatusFields } from './status-fields.ts'

/** What servers say stands at the beginning. */
const longest = 262_144

/** What a mail reports, if no person wrote it. Told from what standards say first, and from the words of servers last. */
export function readReport(mail: Mail): Report {
  const { kind, rows, original } = reportOf({ ...mail, text: mail.text.slice(0, longest) })
  // A mail of ours has one recipient: where the server names none, it is the one of the mail.
  const envelopeId = envelopeIdOf(mail)
  return {
    kind,
    original,
    envelopeId,
    rows: rows.map((row) => ({ ...row, recipient: row.recipient ?? original?.to }))
  }
}

function reportOf(mail: Mail): Report {
  const { explanation, repeated } = splitText(mail.text)
  const original = originalOf(mail, repeated) ?? summaryOf(explanation)
  const feedback = readFeedback(mail)
  if (feedback) return { kind: 'feedback', rows: feedback, original }
  const receipt = readReceipt(mail)
  if (receipt) return receipt
  const dsn = readDsn(mail, isAnswer(mail))
  if (dsn.length > 0) return { kind: kindOf(dsn), rows: withText(dsn, explanation), original }
  if (isAutoReply(mail)) return { kind: 'auto-reply', rows: [], original: undefined }
  if (!isBounce(mail, explanation, original !== undefined)) {
    // Only programs send mail that cannot be returned.
    const isProgram = first(mail.fields, 'return-path') === '<>'
    return { kind: isProgram ? 'auto-reply' : 'message', rows: [], original: undefined }
  }
  const isDelay = saysDelay(mail, explanation)
  const rows = readPlainBounce(mail, explanation, isDelay)
  return { kind: isDelay ? 'delay-notice' : 'bounce', rows, original }
}

function kindOf(rows: readonly ReportRow[]): ReportKind {
  if (rows.some(({ action }) => action === 'failed')) return 'bounce'
  return rows.some(({ action }) => action === 'delayed') ? 'delay-notice' : 'delivery-success'
}

/** Many servers write for programs that mail failed, and for people alone why. */
function withText(rows: readonly ReportRow[], explanation: string): readonly ReportRow[] {
  const [only] = rows
  if (rows.length !== 1 || !only || (only.reason !== 'OTHER' && only.reply !== undefined && only.text !== ''))
    return rows
  const [read] = readPlainBounce(emptyMail, explanation, false)
  if (!read) return rows
  const reason = only.reason === 'OTHER' ? read.reason : only.reason
  return [{ ...only, reason, reply: only.reply ?? read.reply, text: only.text || read.text }]
}

const emptyMail: Mail = {
  ...{
    fields: [],
    subject: '',
    from: [],
    writtenAt: undefined,
    messageId: undefined,
    inReplyTo: [],
    references: []
  },
  ...{ text: '', hasHtml: false, attachments: [] }
}

/** RFC 5965. */
function readFeedback({ attachments }: Mail): readonly ReportRow[] | undefined {
  const part = attachments.find(({ mediaType }) => mediaType === 'message/feedback-report')
  if (!part) return undefined
  const text = decodeText(part.bytes, undefined).text
  const recipients = text.match(/^(?:original-rcpt-to|removal-recipient)\s*:.*$/gim) ?? []
  const addresses = recipients.map((line) => addressIn(line.slice(line.indexOf(':') + 1)))
  const known = addresses.length > 0 ? addresses : [undefined]
  return known.map((recipient) => ({
    ...{
      recipient,
      action: undefined,
      status: undefined,
      reply: undefined,
      text: '',
      reason: 'OTHER' as const
    }
  }))
}

/** RFC 8098. */
function readReceipt({ attachments }: Mail): Report | undefined {
  const part = attachments.find(({ mediaType }) =>
    /^message\/(?:global-)?disposition-notification$/.test(mediaType)
  )
  if (!part) return undefined
  const [fields = new Map()] = readStatusFields(decodeText(part.bytes, undefined).text)
  const id = fields.get('original-message-id')
  const original = id === undefined ? undefined : toOriginal(new Map([['message-id', id]]))
  // Others say that it failed, or was only handed on.
  const isRead = /;\s*(?:displayed|deleted|processed)/i.test(fields.get('disposition') ?? '')
  return { kind: isRead ? 'read-receipt' : 'auto-reply', rows: [], original }
}

const failureSubject =
  /(?:undeliver|delivery (?:status|failure|report|notification|has failed|problem)|mail delivery|return(?:ed|ing) (?:mail|message|to sender)|mail failed|failure (?:notice|delivery)|mail (?:failure|error)|non ?remis|delivery.{0,20}fail|could not (?:be )?(?:send|sent|deliver)|message (?:status|delayed|not delivered)|unzustellbar|not deliver|bounced|không (?:gửi|chuyển) được|không thể (?:gửi|chuyển)|chưa gửi được|gửi thư (?:không thành công|thất bại))/i
const failureText =
  /(?:could not be delivered|couldn'?t be delivered|not able to deliver|wasn'?t able to deliver|unable to deliver|undeliverable|delivery (?:to the following|has failed|failed)|did not reach|failed (?:permanently|to deliver)|had (?:permanent fatal|delivery) errors?|cannot be delivered|permanent (?:fatal )?error|was not delivered|delivery errors?|delivery problems|không gửi được|không thể (?:gửi|chuyển)|không chuyển được|chưa gửi được)/i

function isBounce(mail: Mail, explanation: string, hasOriginal: boolean): boolean {
  const says = failureSubject.test(mail.subject) || failureText.test(explanation.slice(0, 20_000))
  const repeatsServer = replyIn(explanation) !== undefined || statusIn(explanation) !== undefined
  return (
    valuesOf(mail.fields, 'x-failed-recipients').length > 0 ||
    (isFromServer(mail.fields) && (says || repeatsServer)) ||
    (hasOriginal && !isAnswer(mail) && failureSubject.test(mail.subject) && failureText.test(explanation))
  )
}

const delayText =
  /(?:delayed|warning: could not send|will (?:be retried|continue|keep trying)|still trying|not yet been delivered|has not been delivered|no action is required|do not need to resend|retry for|temporar(?:y|ily).{0,40}(?:not|problem|fail)|tạm thời chưa|bị trì hoãn|chậm)/i

function saysDelay(mail: Mail, explanation: string): boolean {
  const isFinal = /(?:permanent(?:ly)?|given up|giving up|final)/i.test(explanation)
  return (/delay|warning|trì hoãn/i.test(mail.subject) || delayText.test(explanation)) && !isFinal
}

const absence =
  /out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response|generated)|autoreply|vacation|away from|on (?:annual |sick |maternity )?leave|(?:trả lời|phản hồi) tự động|tự động (?:trả lời|phản hồi)|vắng mặt|đi vắng|ngoài văn phòng|nghỉ (?:phép|ốm|lễ|thai sản)|đi công tác|abwesenheit|automatische antwort|absence|absent|réponse automatique/i
/** Behind `Re:` stands the subject of the mail that is answered. */
const absenceFirst = new RegExp(`^(?:\\[[^\\]]{0,50}\\]|\\s)*(?:${absence.source})`, 'i')

/** RFC 3834, and what came before it. */
function isAutoReply(mail: Mail): boolean {
  const submitted = first(mail.fields, 'auto-submitted')
  if (submitted.startsWith('auto-replied') || submitted.startsWith('auto-notified'))
    return !isFromDaemon(mail.fields)
  const has = (name: string): boolean => valuesOf(mail.fields, name).length > 0
  if (has('x-autoreply') || has('x-autorespond') || has('x-autogenerated')) return true
  if (
    /^(?:auto_?reply|vacation)/.test(first(mail.fields, 'precedence')) ||
    (has('x-auto-response-suppress') && absenceFirst.test(mail.subject))
  )
    return true
  if (submitted.startsWith('auto-generated') && absence.test(mail.subject)) return true
  return absenceFirst.test(mail.subject) && !isFromDaemon(mail.fields)
}

/** Whether a person answers or forwards, by all signs: what they write of failures is about something else. */
function isAnswer({ fields, subject }: Mail): boolean {
  const names = valuesOf(fields, 'in-reply-to').length > 0
  const isProgram = mayReport(fields) || first(fields, 'auto-submitted').startsWith('auto-')
  return !isProgram && (names || /^\s*(?:re|tl|fwd?|aw|wg|trả lời|chuyển tiếp)\s*:/i.test(subject))
}

/** Whether an automatic answer says that somebody is away. */
export function saysAbsence(mail: Mail): boolean {
  return absenceFirst.test(mail.subject) || absence.test(mail.text.slice(0, 2000))
}
