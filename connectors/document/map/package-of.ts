import type { Attachment } from '#protocol/events/attachments-of.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, OutboundEvent } from '../../connector.ts'
import { streamPackage } from '../edxml/stream-package.ts'
import { packageChunks } from '../edxml/write-package.ts'
import type { PackageToPut } from '../transport/transport.ts'

/** An event for the agency as the package that its document system gets. */
export function packageOf({ event, hash, recordedTime }: OutboundEvent, io: ConnectorIo): PackageToPut {
  const { type, data, source } = event
  const hop = { organId: io.agency, at: recordedTime }
  const attachments = (data.attachments ?? []) as unknown as readonly Attachment[]
  return {
    name: `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`,
    from: agencyOf(source),
    isStatus: type === 'document.status-changed.v1',
    recordedAt: instantMs(recordedTime),
    notation: notationOf(data),
    open: () =>
      streamPackage(packageChunks(type, data, attachments, hop), ({ sha256 }) => io.attachment(sha256))
  }
}

/** As it is printed; a status names that of its document. */
export function notationOf({ codeNumber, codeNotation, responseFor }: JsonObject): string {
  if (codeNumber !== undefined) return `${codeNumber}/${codeNotation}`
  return String((responseFor as JsonObject | undefined)?.code ?? '')
}
