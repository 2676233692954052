import type { ConnectorIo, EventItem } from '../../connector.ts'
import { namesSeveral, showsOtherAddress } from '../mail/address-checks.ts'
import type { ReadAnswer } from '../mail/answer.ts'
import { first } from '../mail/programs.ts'
import type { MailFields } from '../mail/read-mail.ts'
import { oneLine } from '../one-line.ts'
import type { SentMail } from '../sent-mail.ts'
import { attachFiles, maxFiles } from './attach-files.ts'
import { answeredItem, type ItemFacts } from './event-items.ts'
import type { GivenMail } from './given-mail.ts'

const longestText = 100_000
const plainFile = { name: 'noi-dung-day-du.txt', mediaType: 'text/plain', contentId: undefined }

/** What a person or a program answers. */
export async function answerItem(
  sent: SentMail,
  answer: ReadAnswer,
  facts: ItemFacts,
  { given, io }: { readonly given: GivenMail; readonly io: ConnectorIo }
): Promise<EventItem> {
  const { mail, report, reply, whole, saysAbsence } = answer
  const [author = { name: '', address: '' }] = mail.from
  // A name that is another address is there to deceive.
  const from = showsOtherAddress(mail) ? { ...author, name: '' } : author
  const full = whole ?? (reply.length > longestText ? reply : undefined)
  const files = [
    ...(given.isCut ? [] : mail.attachments.slice(0, maxFiles - 1)),
    ...(full === undefined ? [] : [{ ...plainFile, bytes: Buffer.from(full) }])
  ]
  const isProgram = report.kind !== 'message' || isBulk(mail.fields)
  return answeredItem(
    sent,
    {
      ...{ from, title: mail.subject, attachments: await attachFiles(files, io) },
      kind: isProgram ? (saysAbsence ? 'OUT_OF_OFFICE' : 'AUTOMATIC') : 'REPLY',
      text: [reply.slice(0, longestText).replace(/[\ud800-\udbff]$/, ''), ...notesOn(given, answer)].join(
        '\n\n'
      )
    },
    facts
  )
}

/** What a clerk must know of the mail beside its text. */
function notesOn({ isCut, size }: GivenMail, { mail }: ReadAnswer): readonly string[] {
  const senders = namesSeveral(mail) ? mail.from.map(({ address }) => oneLine(address, 320)) : []
  const files = isCut ? 0 : mail.attachments.length
  return [
    ...(senders.length > 0 ? [`[Thư ghi nhiều người gửi: ${senders.join(', ')}.]`] : []),
    ...(isCut ? [`[Thư có ${size} byte, lớn hơn giới hạn: xem đầy đủ trong hộp thư.]`] : []),
    ...(files >= maxFiles ? [`[Thư có ${files} tệp, nhiều hơn giới hạn: xem đầy đủ trong hộp thư.]`] : [])
  ]
}

/** Mail of lists and of programs, which must not be answered by one. */
function isBulk(fields: MailFields): boolean {
  const submitted = first(fields, 'auto-submitted')
  return /^(?:bulk|list|junk)/.test(first(fields, 'precedence')) || (submitted !== '' && submitted !== 'no')
}
