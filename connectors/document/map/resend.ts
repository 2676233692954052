import { type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EdxmlPackage } from '../edxml/edxml-package.ts'
import type { Extension } from '../edxml/extensions.ts'

const affectedPath = 'edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness/DocumentId'

/**
 * Turns a new document into an update if it was sent before to one of its agencies. The update is for all
 * agencies that it names now; those new to it are listed as added. `earlier` are the events published about
 * the document, oldest first.
 */
export function asUpdateIfResent(found: EdxmlPackage, earlier: readonly BusEvent[]): EdxmlPackage {
  const holders = holdersOf(earlier)
  if (!found.recipients.some((code) => holders.has(code))) return found
  const added = found.recipients.filter((code) => !holders.has(code))
  const data: JsonObject = {
    ...withoutAffected(found),
    affectedDocumentId: found.subject,
    documentInfoChanged: '1',
    receiversChanged: added.length > 0 ? '1' : '0',
    ...(added.length > 0 ? { receivers: added.map((organId) => ({ organId, receiverType: '1' })) } : {})
  }
  return { ...found, type: 'document.updated.v1', data }
}

/** The payload without the extension that names the affected document: an update has a member for it. */
function withoutAffected({ data, subject }: EdxmlPackage): JsonObject {
  const { extensions, ...known } = data as JsonObject & { readonly extensions?: readonly Extension[] }
  const kept = (extensions ?? []).filter(({ path, value }) => path !== affectedPath || value !== subject)
  return kept.length === 0 ? known : { ...known, extensions: kept as unknown as JsonObject[] }
}

/** The agencies that were sent a document and have not had it recalled or been removed from its recipients since. */
function holdersOf(events: readonly BusEvent[]): ReadonlySet<string> {
  const holders = new Set<string>()
  for (const event of events) {
    for (const code of recipientsOf(event) ?? []) {
      if (event.type === 'document.recalled.v1') holders.delete(code)
      else holders.add(code)
    }
    const receivers = (event.data.receivers ?? []) as readonly { organId: string; receiverType: string }[]
    for (const { organId, receiverType } of receivers) if (receiverType === '0') holders.delete(organId)
  }
  return holders
}
