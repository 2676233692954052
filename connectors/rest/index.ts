import { type ConnectorDefinition, defineConnector, type InboundItem } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { faults } from './faults.ts'
import { poll } from './inbound/poll.ts'
import { receive } from './inbound/receive.ts'
import { toItems } from './inbound/to-items.ts'
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

function isEvent(item: InboundItem | undefined): boolean {
  return item !== undefined && 'event' in item
}

/** The halves that the settings of an instance ask for. */
function halvesOf(settings: RestSettings): Pick<RestDefinition, 'inbound' | 'outbound' | 'receive'> {
  const { poll: polled, deliver: sent, receive: received } = settings
  return {
    ...(polled && {
      inbound: {
        types: [polled.type],
        cursorVersion: cursorVersions[polled.cursor.by],
        poll: (session, cursor, io) => poll(session, polled, { cursor, io }),
        async parse(raw, reference, io) {
          const text = Buffer.from(raw).toString()
          const [read] = await toItems([text], polled, io)
          if (!received || isEvent(read?.item)) return read?.item ?? { reference, fault: faults.noId() }
          const [called] = await toItems([text], received, io) // It may have come by a callback.
          return called?.item ?? read?.item ?? { reference, fault: faults.noId() }
        }
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
    ...(received && { receive: (_settings, request, io) => receive(settings, received, { request, io }) })
  }
}
