import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { dossierTypes } from '../shared-formats/dossiers/dossier-code.ts'
import { checkSettings } from './check-settings.ts'
import { deliver, lookUp } from './client/deliver.ts'
import { type DialectSession, type OneStopSession, openDialectSession } from './client/dialect-session.ts'
import { poll } from './client/poll.ts'
import { giveFile } from './files/give-file.ts'
import { parse } from './map/parse.ts'
import { only } from './server/call.ts'
import { procedureTypes } from './server/catalogue.ts'
import { receive } from './server/receive.ts'
import { type ClientSettings, OneStopSettings, type ServerSettings } from './settings.ts'

type OneStopDefinition = ConnectorDefinition<typeof OneStopSettings, OneStopSession>

const definition: OneStopDefinition = defineConnector({
  kind: 'one-stop',
  summary:
    'Exchanges dossiers, their progress and the catalogue of procedures with one-stop systems in the national sync dialect.',
  settings: OneStopSettings,
  checkSettings,
  async connect(settings, io) {
    const { client } = settings
    if (!client) return { close: async () => {} }
    const dialect = await openDialectSession({ ...settings, client }, io)
    return { dialect, close: dialect.close }
  },
  async check({ dialect }, io) {
    await dialect?.login(io)
  },
  forSettings: (settings) => {
    const { client, server } = settings
    return {
      ...definition,
      parse: (raw, reference, io) => parse(raw, reference, { settings, io }),
      ...(client ? calling(settings, client) : {}),
      ...(server ? called({ ...settings, server }) : {})
    }
  }
})

export default definition

const types = [...dossierTypes, ...procedureTypes]

/** The halves of an instance that calls a system. */
function calling(
  settings: OneStopSettings,
  { progressIsRepeatable }: ClientSettings
): Pick<OneStopDefinition, 'inbound' | 'outbound' | 'receive'> {
  return {
    ...(settings.files.publicUrl === undefined
      ? {}
      : { receive: async (_settings, request, io) => only(await giveFile(request, settings, io)) }),
    inbound: { types, poll: (session, cursor, io) => poll(dialectOf(session), cursor, io) },
    outbound: {
      types: dossierTypes,
      repeatable: progressIsRepeatable, // A dossier that is sent twice is there once, its progress twice.
      deliver: (session, event, io) => deliver(dialectOf(session), event, io),
      lookUp: (session, event, io) => lookUp(dialectOf(session), event, io)
    }
  }
}

/** The halves of an instance that a system calls. */
function called(
  settings: OneStopSettings & { readonly server: ServerSettings }
): Pick<OneStopDefinition, 'outbound' | 'receive' | 'receiveMaxBytes'> {
  return {
    receiveMaxBytes: settings.server.maxBodyBytes,
    outbound: { types, repeatable: true, collected: true },
    receive: (_settings, request, io) => receive(settings, { request, io })
  }
}

function dialectOf({ dialect }: OneStopSession): DialectSession {
  if (!dialect) throw new TypeError('the instance calls no system')
  return dialect
}
