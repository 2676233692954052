import { type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EdxmlPackage } from './edxml-package.ts'

/**
 * A new document sent again to an agency that was sent it before is an update,
 * for all it names now; agencies new to it are listed as added. `earlier` is
 * what was published about the document, oldest first.
 */
export function asUpdateIfResent(found: EdxmlPackage, earlier: readonly BusEvent[]): EdxmlPackage {
  const holders = holdersOf(earlier)
  if (!found.recipients.some((code) => holders.has(code))) return found
  const added = found.recipients.filter((code) => !holders.has(code))
  const data: JsonObject = {
    ...found.data,
    affectedDocumentId: found.subject,
    documentInfoChanged: '1',
    receiversChanged: added.length > 0 ? '1' : '0',
    ...(added.length > 0 ? { receivers: added.map((organId) => ({ organId, receiverType: '1' })) } : {})
  }
  return { ...found, type: 'document.updated.v1', data }
}

/** The agencies a document was sent to and not recalled from, nor taken off its receivers since. */
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
