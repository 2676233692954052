import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import {
  type ConnectorDefinition,
  type ConnectorIo,
  defineConnector,
  type Inbound,
  type Outbound,
  type OutboundEvent,
  type Session
} from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { businessTypes } from './edxml/codes.ts'
import { loadAuthorities } from './edxml/signature/authorities.ts'
import { streamPackage } from './edxml/stream-package.ts'
import { packageChunks } from './edxml/write-package.ts'
import { type InFlight, poll, type Reading, toItem } from './poll.ts'
import { DocumentSettings } from './settings.ts'
import { openAxis } from './transport/axis.ts'
import { openPackageFolder } from './transport/folder.ts'
import { openSftpFolders } from './transport/sftp.ts'
import type { PackageToPut, Transport } from './transport/transport.ts'

interface DocumentSession extends Session {
  readonly transport: Transport
  readonly reading: Reading
  readonly inFlight: InFlight
}

const types = [...Object.values(businessTypes), 'document.status-changed.v1']

const inbound: Inbound<DocumentSession> = {
  types,
  every: '1s',
  poll: ({ transport, inFlight, reading }, _cursor, io) => poll(transport, inFlight, reading, io),
  async acknowledge({ transport }, { reference, quarantined }, { signal }) {
    if (quarantined) await transport.refused(reference, reasonOf(quarantined), signal)
    else await transport.sent(reference, signal)
  }
}

const outbound: Outbound<DocumentSession> = {
  types,
  repeatable: true, // The same event always has the same name.
  deliver: ({ transport }, event, io) => transport.put(packageOf(event, io), io.signal)
}

const definition: ConnectorDefinition<typeof DocumentSettings, DocumentSession> = defineConnector({
  kind: 'document',
  summary:
    'Exchanges edXML packages (QCVN 102:2016) with a document system through folders, over SFTP or over the document axis.',
  settings: DocumentSettings,
  checkSettings: async (settings) => checkSettings(settings),

  async connect(settings, io) {
    const reading = await readingOf(settings)
    const transport = await openTransport(settings, io)
    return {
      transport,
      reading,
      inFlight: { subjects: new Map(), since: performance.now() },
      close: () => transport.close()
    }
  },

  outbound,
  inbound,

  check: ({ transport }, io) => transport.check(io.signal),

  forSettings: (settings) => ({
    ...definition,
    outbound: settings.axis ? onAxis : outbound,
    parse: async (raw, reference, io) =>
      toItem({ reference, bytes: Buffer.from(raw) }, await readingOf(settings), io)
  })
})

export default definition

/** The axis gives each package an id of its own: it is asked for what it has before one is sent again. */
const onAxis: Outbound<DocumentSession> = {
  ...outbound,
  repeatable: false,
  lookUp: async ({ transport }, event, io) =>
    (await transport.lookUp?.(packageOf(event, io), io)) ?? 'unknown'
}

function packageOf({ event, hash, recordedTime }: OutboundEvent, io: ConnectorIo): PackageToPut {
  const { type, data, source } = event
  const hop = { organId: io.agency, at: recordedTime }
  const attachments = (data.attachments ?? []) as unknown as readonly Attachment[]
  return {
    name: `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`,
    from: agencyOf(source),
    isStatus: type === 'document.status-changed.v1',
    notation: notationOf(data),
    open: () =>
      streamPackage(packageChunks(type, data, attachments, hop), ({ sha256 }) => io.attachment(sha256))
  }
}

/** As it is printed; a status names that of its document. */
function notationOf({ codeNumber, codeNotation, responseFor }: JsonObject): string {
  if (codeNumber !== undefined) return `${codeNumber}/${codeNotation}`
  return String((responseFor as JsonObject | undefined)?.code ?? '')
}

/** `checkSettings` has found one way of exchange. */
async function openTransport({ folder, sftp, axis }: DocumentSettings, io: ConnectorIo): Promise<Transport> {
  const tellLeft = (name: string, reason: string): void =>
    io.log.warn({ name, reason }, 'a file in the package folder is not read and stays there; see reason')
  if (axis) return openAxis(axis, io, tellLeft)
  if (sftp) return openSftpFolders(sftp, tellLeft, io.signal)
  if (folder !== undefined) return openPackageFolder(folder, tellLeft)
  throw new TypeError('the settings name no way to exchange packages')
}

async function readingOf({ authorities, holidays, makeUpDays }: DocumentSettings): Promise<Reading> {
  return {
    authorities: authorities === undefined ? [] : await loadAuthorities(authorities),
    calendar: { holidays, makeUpDays }
  }
}

/** Why a package was not taken, as text for a clerk. */
function reasonOf(fault: BusError): string {
  return `${fault.text('vi')} (${fault.code})`
}
