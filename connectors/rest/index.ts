import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { parse } from './inbound/parse.ts'
import { poll } from './inbound/poll.ts'
import { receive } from './inbound/receive.ts'
import { deliver, lookUp } from './outbound/deliver.ts'
import { preview } from './preview.ts'
import { RestSettings } from './settings.ts'
import { openSession, type RestSession } from './transport/session.ts'

type RestDefinition = ConnectorDefinition<typeof RestSettings, RestSession>

const definition: RestDefinition = defineConnector({
  kind: 'rest',
  summary:
    'Bridges any JSON API by settings alone: asks it for new items, sends events to it, takes its callbacks.',
  settings: RestSettings,
  checkSettings,
  preview,
  connect: (settings, io) => openSession(settings, io.signal),
  async check({ settings, ask }, io) {
    const path = settings.checkPath ?? settings.poll?.path ?? '/'
    const query = new URLSearchParams(settings.checkPath === undefined ? settings.poll?.query : {}).toString()
    await ask({ method: 'GET', path: query === '' ? path : `${path}?${query}` }, io.signal)
  },
  forSettings: (settings) => ({ ...definition, ...halvesOf(settings) })
})

export default definition

/** Positions of one way of asking mean nothing to another. */
const cursorVersions = { id: 1, time: 2, page: 3 } as const

/** The halves that the settings of an instance ask for. */
function halvesOf(
  settings: RestSettings
): Pick<RestDefinition, 'inbound' | 'outbound' | 'receive' | 'parse'> {
  const { poll: polled, deliver: sent, receive: received } = settings
  return {
    ...(polled && {
      inbound: {
        types: [polled.type],
        cursorVersion: cursorVersions[polled.cursor.by],
        poll: (session, cursor, io) => poll(session, polled, { cursor, io })
      }
    }),
    ...(sent && {
      outbound: {
        types: sent.requests.map(({ type }) => type),
        repeatable: sent.repeatable,
        deliver: (session, event, io) => deliver(session, event, { settings: sent, io }),
        lookUp: (session, event, io) => lookUp(session, event, { settings: sent, io })
      }
    }),
    ...((polled ?? received) && {
      parse: (raw, _reference, io) => parse(Buffer.from(raw).toString(), { polled, received, io })
    }),
    ...(received && { receive: (_settings, request, io) => receive(settings, received, { request, io }) })
  }
}
