import type { X509Certificate } from 'node:crypto'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { Calendar } from '#protocol/timing/working-time.ts'
import type { ConnectorIo, EventDraft, EventItem } from '../../connector.ts'
import { answerOfStatus, businessTypes, entryOf } from '../edxml/codes.ts'
import type { EdxmlPackage } from '../edxml/edxml-package.ts'
import { refuse } from '../edxml/package-fault.ts'
import { parseInWorker } from '../edxml/parse-in-worker.ts'
import type { Signer } from '../edxml/signature/checked-signature.ts'
import { misplacedExtension } from '../edxml/write-package.ts'
import type { WaitingPackage } from '../transport/transport.ts'
import { flowOf } from './flow-of.ts'
import { asUpdateIfResent } from './resend.ts'
import { sendDeadline } from './working-days.ts'

export interface ToInboundItemOptions {
  readonly io: ConnectorIo
  readonly authorities: readonly X509Certificate[]
  readonly calendar: Calendar
  /** Set where somebody else gives a package to those of its recipients who are not on the bus. */
  readonly hasOthers?: boolean
  /** Resolves once every package before it about the same subject is published. Default: at once. */
  readonly takeTurn?: ((subject: string) => Promise<void>) | undefined
}

/** Reads a package and stores its attachments. Throws `BUS_PACKAGE_INVALID`. */
export async function toInboundItem(
  { reference, bytes }: WaitingPackage,
  { io, authorities, calendar, hasOthers = false, takeTurn }: ToInboundItemOptions
): Promise<EventItem> {
  const { inTurn, signal } = io
  const whole = await parseInWorker(bytes, { authorities, at: Date.now(), inTurn, signal })
  const read = hasOthers ? withoutOthers(whole, io) : whole
  if (read.from !== io.agency) {
    refuse('package-of-other-agency', { got: read.from, expected: io.agency })
  }
  await takeTurn?.(read.subject)
  const found =
    read.type === 'document.issued.v1'
      ? await asUpdateIfResent(read, io.published(read.subject, Object.values(businessTypes)))
      : read
  const misplaced = misplacedExtension(found.type, found.data, found.files)
  if (misplaced !== undefined) refuse('package-content-misplaced', { element: misplaced })
  return { reference, event: await toDraft(found, io, calendar), ...answersOf(found) }
}

/** For its recipients on the bus. If there are none, all stay, and the bus says which it does not know. */
function withoutOthers(whole: EdxmlPackage, { isAgency }: Pick<ConnectorIo, 'isAgency'>): EdxmlPackage {
  const recipients = whole.recipients.filter(isAgency)
  return recipients.length > 0 ? { ...whole, recipients } : whole
}

async function toDraft(found: EdxmlPackage, io: ConnectorIo, calendar: Calendar): Promise<EventDraft> {
  const { type, subject, recipients, data, files, signature, signer } = found
  const flow = await flowOf(found, io)
  const attachments: Attachment[] = []
  for (const { name, mediaType, bytes } of files) {
    attachments.push(await io.attach(name, mediaType, bytes))
  }
  const isNew = type === 'document.issued.v1'
  return {
    type,
    subject,
    recipients,
    ...(flow === undefined ? {} : { correlationid: flow }),
    ...(isNew ? { senddeadline: sendDeadline(String(data.promulgationDate), calendar) } : {}),
    ...(signature === undefined ? {} : { extensions: signatureAttributes(signature, signer) }),
    data: isStatus({ type }) ? data : { ...data, attachments: attachments as unknown as JsonObject[] }
  }
}

function signatureAttributes(packagesignature: string, signer: Signer | undefined): Record<string, string> {
  if (!signer) return { packagesignature }
  return { packagesignature, packagesigner: signer.subject, packagesignersha256: signer.sha256 }
}

/** Statuses 03 and 02 also answer the document on the bus. */
function answersOf(found: EdxmlPackage): Pick<EventItem, 'answers'> {
  const code = String(found.data.statusCode)
  const state = isStatus(found) ? entryOf(answerOfStatus, code) : undefined
  const [sender] = found.recipients
  if (!state || sender === undefined) return {}
  const { description } = found.data
  const reason = state === 'rejected' && typeof description === 'string' ? { reason: description } : {}
  return { answers: { sender, subject: found.subject, state, code, ...reason } }
}

function isStatus({ type }: Pick<EdxmlPackage, 'type'>): boolean {
  return type === 'document.status-changed.v1'
}
