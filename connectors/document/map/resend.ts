import { type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { Extension } from '#protocol/events/package-extensions.ts'
import type { EdxmlPackage } from '../edxml/edxml-package.ts'
import { present } from '../edxml/elements.ts'
import { businessPath } from '../edxml/paths.ts'
import { agencyCodeFrom } from '../edxml/read-organization.ts'

/**
 * Turns a new document into an update if it was sent before to one of its agencies. The update is for all
 * agencies that it names now; those new to it are listed as added. `earlier` are the events published about
 * the document, oldest first.
 */
export function asUpdateIfResent(found: EdxmlPackage, earlier: readonly BusEvent[]): EdxmlPackage {
  const holders = holdersOf(earlier)
  if (!found.recipients.some((code) => holders.has(code))) return found
  const { extensions, ...known } = found.data as JsonObject & { readonly extensions?: readonly Extension[] }
  const { receivers: written, kept } = takeApart(extensions ?? [], found.subject)
  const codes = written.map(({ organId }) => organId)
  const added = found.recipients.filter((code) => !holders.has(code) && !codes.includes(code))
  const receivers = [...written, ...added.map((organId) => ({ organId, receiverType: '1' }))]
  const data = present({
    ...known,
    affectedDocumentId: found.subject,
    documentInfoChanged: '1',
    receiversChanged: receivers.length > 0 ? '1' : '0',
    receivers,
    extensions: kept
  })
  return { ...found, type: 'document.updated.v1', data: data as unknown as JsonObject }
}

interface Receiver {
  readonly organId: string
  readonly receiverType: string
}

const info = `${businessPath}/BussinessDocumentInfo`
const receiverMember = new RegExp(`^${info}/ReceiverList/(Receiver(?:\\[\\d+\\])?)/(OrganId|ReceiverType)$`)

/**
 * What the new document says of an update is in its extensions; the update has members for it. The receivers stay
 * extensions if one of them is not complete.
 */
function takeApart(
  extensions: readonly Extension[],
  subject: string
): { readonly receivers: readonly Receiver[]; readonly kept: readonly Extension[] } {
  const written = Map.groupBy(
    extensions.filter(({ path }) => receiverMember.test(path)),
    ({ path }) => receiverMember.exec(path)?.[1]
  )
  const receivers = [...written.values()].map(
    (members): { [K in keyof Receiver]: Receiver[K] | undefined } => {
      const memberIn = (name: string) => members.find(({ path }) => path.endsWith(name))?.value
      return { organId: agencyCodeFrom(memberIn('OrganId') ?? ''), receiverType: memberIn('ReceiverType') }
    }
  )
  const complete = receivers.filter(
    (one): one is Receiver => one.organId !== undefined && one.receiverType !== undefined
  )
  const areTaken = complete.length === receivers.length
  const isTaken = ({ path, value }: Extension): boolean =>
    [`${info}/DocumentInfo`, `${info}/DocumentReceiver`].includes(path) ||
    (path === `${businessPath}/DocumentId` && value === subject) ||
    (areTaken && receiverMember.test(path))
  return { receivers: areTaken ? complete : [], kept: extensions.filter((one) => !isTaken(one)) }
}

/** The agencies that were sent a document and have not had it recalled or been removed from its recipients since. */
function holdersOf(events: readonly BusEvent[]): ReadonlySet<string> {
  const holders = new Set<string>()
  for (const event of events) {
    for (const code of recipientsOf(event) ?? []) {
      if (event.type === 'document.recalled.v1') holders.delete(code)
      else holders.add(code)
    }
    const receivers = (event.data.receivers ?? []) as unknown as readonly Receiver[]
    for (const { organId, receiverType } of receivers) if (receiverType === '0') holders.delete(organId)
  }
  return holders
}
