import type { X509Certificate } from 'node:crypto'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorContext, EventDraft, InboundItem } from '../connector.ts'
import { answerOfStatus, businessTypes, entryOf } from './codes.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import type { DroppedPackage } from './folder.ts'
import { refuse } from './package-fault.ts'
import { parseInWorker } from './parse-in-worker.ts'
import { asUpdateIfResent } from './resend.ts'
import type { Signer } from './signature/checked-signature.ts'
import { type Calendar, sendDeadline } from './working-days.ts'
import { misplacedExtension } from './write-package.ts'

export interface ToInboundItemOptions {
  readonly context: ConnectorContext
  readonly authorities: readonly X509Certificate[]
  readonly calendar: Calendar
}

/** Reads a package and stores its attachments. Throws `BUS_PACKAGE_INVALID`. */
export async function toInboundItem(
  { reference, bytes }: DroppedPackage,
  { context, authorities, calendar }: ToInboundItemOptions
): Promise<InboundItem> {
  const read = await parseInWorker(bytes, { authorities, at: Date.now() })
  if (read.from !== context.agency) {
    refuse('package-of-other-agency', { got: read.from, expected: context.agency })
  }
  const found =
    read.type === 'document.issued.v1'
      ? asUpdateIfResent(read, await context.published(read.subject, Object.values(businessTypes)))
      : read
  const misplaced = misplacedExtension(found.type, found.data, found.files)
  if (misplaced !== undefined) refuse('package-content-misplaced', { element: misplaced })
  return { reference, draft: await toDraft(found, context, calendar), ...answersOf(found) }
}

async function toDraft(
  { type, subject, recipients, data, files, signature, signer }: EdxmlPackage,
  context: ConnectorContext,
  calendar: Calendar
): Promise<EventDraft> {
  const attachments: Attachment[] = []
  for (const { name, mediaType, bytes } of files) {
    attachments.push(await context.attach(name, mediaType, bytes))
  }
  const isNew = type === 'document.issued.v1'
  return {
    type,
    subject,
    recipients,
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
function answersOf(found: EdxmlPackage): Pick<InboundItem, 'answers'> {
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
