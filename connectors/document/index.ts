import type { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import {
  type ConnectorDefinition,
  type ConnectorIo,
  defineConnector,
  type Inbound,
  type Outbound,
  type OutboundEvent,
  type Session
} from '../connector.ts'
import { receive } from './axis-server/receive.ts'
import { maxSentBytes } from './axis-server/take-package.ts'
import { createTurns } from './axis-server/turns.ts'
import { checkSettings } from './check-settings.ts'
import { businessTypes } from './edxml/codes.ts'
import { loadAuthorities } from './edxml/signature/authorities.ts'
import { forOneRecipient } from './map/for-one-recipient.ts'
import { packageOf } from './map/package-of.ts'
import { type InFlight, poll, type Reading, toItem } from './poll.ts'
import { type AxisServerSettings, DocumentSettings } from './settings.ts'
import { openAxis } from './transport/axis.ts'
import { openPackageFolder } from './transport/folder.ts'
import { openSftpFolders } from './transport/sftp.ts'
import type { PackageToPut, Transport } from './transport/transport.ts'

interface DocumentSession extends Session {
  readonly transport: Transport
  readonly reading: Reading
  readonly inFlight: InFlight
}

/** Deliveries that are looked at; where there are more, any may be alike. */
const maxBegun = 1000
const types = [...Object.values(businessTypes), 'document.status-changed.v1']

const inbound: Inbound<DocumentSession> = {
  types,
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

type DocumentDefinition = ConnectorDefinition<typeof DocumentSettings, DocumentSession>

const definition: DocumentDefinition = defineConnector({
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

  check: ({ transport }, io) => transport.check(io.signal),

  forSettings: (settings) => ({
    ...definition,
    ...(settings.axisServer
      ? asAxis(settings, settings.axisServer)
      : { inbound: { ...inbound, every: everyOf(settings) }, outbound: settings.axis ? onAxis : outbound }),
    parse: async (raw, reference, io) =>
      toItem({ reference, bytes: Buffer.from(raw) }, await readingOf(settings), io)
  })
})

export default definition

/** A folder costs nothing to look at; a server of others is asked less often. */
function everyOf({ axis, sftp }: DocumentSettings): string {
  if (axis) return '10s'
  return sftp ? '5s' : '1s'
}

/**
 * The axis gives each package an id of its own: it is asked for what it has before one is sent again. It gives a
 * package to everybody in `To`, and the other recipients get theirs from the bus.
 */
const onAxis: Outbound<DocumentSession> = {
  ...outbound,
  repeatable: false,
  deliver: ({ transport }, event, io) => transport.put(packageForAxis(event, io), io.signal),
  lookUp: async ({ transport }, event, io) =>
    (await transport.lookUp?.(packageForAxis(event, io), (since) => hasTwin(event, since, io), io)) ??
    'unknown'
}

function packageForAxis(event: OutboundEvent, io: ConnectorIo): PackageToPut {
  return packageOf(forOneRecipient(event, io.agency), io)
}

async function hasTwin(given: OutboundEvent, since: number, io: ConnectorIo): Promise<boolean> {
  const begun = await io.begun(agencyOf(given.event.source), since, maxBegun)
  if (begun.length === maxBegun) return true
  const { isStatus, notation } = packageForAxis(given, io)
  return begun
    .filter(({ hash }) => hash !== given.hash)
    .map((event) => packageForAxis(event, io))
    .some((one) => one.isStatus === isStatus && one.notation === notation)
}

/** The document system calls, and collects what waits for it: nothing outside is asked. */
function asAxis(settings: DocumentSettings, server: AxisServerSettings): Partial<DocumentDefinition> {
  const turns = createTurns()
  return {
    receiveMaxBytes: maxSentBytes,
    receive: async (_settings, request, io) =>
      receive(request, { settings: server, reading: await readingOf(settings), turns, io }),
    outbound: { types, repeatable: true, collected: true }
  }
}

/** `checkSettings` has found one way of exchange. */
async function openTransport(settings: DocumentSettings, io: ConnectorIo): Promise<Transport> {
  const { folder, sftp, axis } = settings
  const tellLeft = (name: string, reason: string): void =>
    io.log.warn({ name, reason }, 'a package is not read and stays where it is; see reason')
  if (axis) return openAxis(axis, io, tellLeft)
  if (sftp) return openSftpFolders(sftp, tellLeft, io.signal)
  if (folder !== undefined) return openPackageFolder(folder, tellLeft)
  return nothingOutside
}

const nothingOutside: Transport = {
  next: async () => undefined,
  sent: async () => {},
  refused: async () => {},
  put: async () => undefined,
  check: async () => {},
  close: async () => {}
}

async function readingOf(settings: DocumentSettings): Promise<Reading> {
  const { authorities, holidays, makeUpDays, axis } = settings
  return {
    hasOthers: axis !== undefined,
    authorities: authorities === undefined ? [] : await loadAuthorities(authorities),
    calendar: { holidays, makeUpDays }
  }
}

/** Why a package was not taken, as text for a clerk. */
function reasonOf(fault: BusError): string {
  return `${fault.text('vi')} (${fault.code})`
}
