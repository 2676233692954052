import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { ask } from './ask.ts'
import { checkSettings } from './check-settings.ts'
import { pollFeed } from './inbound/poll-feed.ts'
import { openSession, type PortalSession } from './session.ts'
import { PortalSettings } from './settings.ts'

type PortalDefinition = ConnectorDefinition<typeof PortalSettings, PortalSession>

const definition: PortalDefinition = defineConnector({
  kind: 'portal',
  summary: 'Reads the articles of web portals, by RSS, Atom or WordPress, and posts to WordPress.',
  settings: PortalSettings,
  checkSettings,
  connect: async (settings) => openSession(settings),
  async check({ settings: { feed } }, io) {
    if (feed) await ask(feed.url, { method: 'GET' }, io)
  },
  forSettings: (settings) => ({ ...definition, ...halvesOf(settings) })
})

export default definition

const articleTypes = ['article.published.v1', 'article.updated.v1', 'article.withdrawn.v1']

/** The halves that the settings of an instance ask for. */
function halvesOf({ feed }: PortalSettings): Pick<PortalDefinition, 'inbound' | 'outbound'> {
  return {
    ...(feed && {
      inbound: {
        types: articleTypes,
        every: '5m',
        poll: (session, cursor, io) => pollFeed(session, feed, { cursor, io })
      }
    })
  }
}
