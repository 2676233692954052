import { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { type ConnectorDefinition, defineConnector, type Inbound, type Session } from '../connector.ts'
import { businessTypes } from './edxml/codes.ts'
import { loadAuthorities } from './edxml/signature/authorities.ts'
import { streamPackage } from './edxml/stream-package.ts'
import { packageChunks } from './edxml/write-package.ts'
import { type InFlight, poll, type Reading, toItem } from './poll.ts'
import { DocumentSettings } from './settings.ts'
import { openPackageFolder, type PackageFolder } from './transport/folder.ts'

interface Folders extends Session {
  readonly packages: PackageFolder
  readonly reading: Reading
  readonly inFlight: InFlight
}

const types = [...Object.values(businessTypes), 'document.status-changed.v1']

const inbound: Inbound<Folders> = {
  types,
  every: '1s',
  poll: ({ packages, inFlight, reading }, _cursor, io) => poll(packages, inFlight, reading, io),
  async acknowledge({ packages }, { reference, quarantined }) {
    if (quarantined) await packages.refused(reference, reasonOf(quarantined))
    else await packages.sent(reference)
  }
}

const definition: ConnectorDefinition<typeof DocumentSettings, Folders> = defineConnector({
  kind: 'document',
  summary: 'Exchanges edXML packages (QCVN 102:2016) with a document system through folders.',
  settings: DocumentSettings,

  async connect(settings, io) {
    const packages = await openPackageFolder(settings.folder, (name, reason) =>
      io.log.warn({ name, reason }, 'a file in the package folder is not read and stays there; see reason')
    )
    return {
      packages,
      reading: await readingOf(settings),
      inFlight: { subjects: new Map(), since: performance.now() },
      close: async () => {}
    }
  },

  outbound: {
    types,
    repeatable: true, // The same event always has the same name.
    async deliver({ packages }, { event, hash, recordedTime }, io) {
      const name = `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`
      const hop = { organId: io.agency, at: recordedTime }
      const chunks = packageChunks(event.type, event.data, attachmentsOf(event.data), hop)
      await packages.put(
        name,
        streamPackage(chunks, ({ sha256 }) => io.attachment(sha256)),
        io.signal
      )
      return undefined
    }
  },
  inbound,

  async check({ packages }) {
    const problem = await packages.check()
    if (problem !== undefined) {
      throw new BusError('BUS_PEER_UNREACHABLE', 'folder-unreachable', { values: { problem } })
    }
  },

  forSettings: (settings) => ({
    ...definition,
    parse: async (raw, reference, io) =>
      toItem({ reference, bytes: Buffer.from(raw) }, await readingOf(settings), io)
  })
})

export default definition

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
