import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import {
  type ConnectorDefinition,
  type ConnectorIo,
  defineConnector,
  type Inbound,
  type Session
} from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { businessTypes } from './edxml/codes.ts'
import { loadAuthorities } from './edxml/signature/authorities.ts'
import { streamPackage } from './edxml/stream-package.ts'
import { packageChunks } from './edxml/write-package.ts'
import { type InFlight, poll, type Reading, toItem } from './poll.ts'
import { DocumentSettings } from './settings.ts'
import { openPackageFolder } from './transport/folder.ts'
import { openSftpFolders } from './transport/sftp.ts'
import type { Transport } from './transport/transport.ts'

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

const definition: ConnectorDefinition<typeof DocumentSettings, DocumentSession> = defineConnector({
  kind: 'document',
  summary:
    'Exchanges edXML packages (QCVN 102:2016) with a document system through folders, on this machine or over SFTP.',
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

  outbound: {
    types,
    repeatable: true, // The same event always has the same name.
    async deliver({ transport }, { event, hash, recordedTime }, io) {
      const hop = { organId: io.agency, at: recordedTime }
      const chunks = () => packageChunks(event.type, event.data, attachmentsOf(event.data), hop)
      const given = {
        name: `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`,
        from: agencyOf(event.source),
        isStatus: event.type === 'document.status-changed.v1',
        open: () => streamPackage(chunks(), ({ sha256 }) => io.attachment(sha256))
      }
      await transport.put(given, io.signal)
      return undefined
    }
  },
  inbound,

  check: ({ transport }, io) => transport.check(io.signal),

  forSettings: (settings) => ({
    ...definition,
    parse: async (raw, reference, io) =>
      toItem({ reference, bytes: Buffer.from(raw) }, await readingOf(settings), io)
  })
})

export default definition

/** `checkSettings` has found one way of exchange. */
async function openTransport({ folder, sftp }: DocumentSettings, io: ConnectorIo): Promise<Transport> {
  const tellLeft = (name: string, reason: string): void =>
    io.log.warn({ name, reason }, 'a file in the package folder is not read and stays there; see reason')
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

function attachmentsOf({ attachments }: JsonObject): readonly Attachment[] {
  return (attachments ?? []) as unknown as readonly Attachment[]
}

/** Why a package was not taken, as text for a clerk. */
function reasonOf(fault: BusError): string {
  return `${fault.text('vi')} (${fault.code})`
}
