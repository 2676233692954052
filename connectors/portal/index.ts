import { type ConnectorDefinition, defineConnector } from '../connector.ts'
import { ask } from './ask.ts'
import { checkSettings } from './check-settings.ts'
import { pollFeed } from './inbound/poll-feed.ts'
import { pollPosts } from './inbound/poll-posts.ts'
import { deliver, lookUp } from './outbound/deliver.ts'
import { postedTypes } from './outbound/to-post.ts'
import { openSession, type PortalSession } from './session.ts'
import { PortalSettings } from './settings.ts'
import { askWordPress, routeUrl } from './wordpress/posts-api.ts'

type PortalDefinition = ConnectorDefinition<typeof PortalSettings, PortalSession>

const definition: PortalDefinition = defineConnector({
  kind: 'portal',
  summary: 'Reads the articles of web portals, by RSS, Atom or WordPress, and posts to WordPress.',
  settings: PortalSettings,
  checkSettings,
  connect: async (settings) => openSession(settings),
  async check({ settings: { feed, wordpress } }, io) {
    if (feed) await ask(feed.url, {}, io)
    if (wordpress)
      await askWordPress(wordpress, routeUrl(wordpress, 'posts', { per_page: '1', _fields: 'id' }), {}, io)
  },
  forSettings: (settings) => ({ ...definition, ...halvesOf(settings) })
})

export default definition

const articleTypes = ['article.published.v1', 'article.updated.v1', 'article.withdrawn.v1']

/** The halves that the settings of an instance ask for. */
function halvesOf({ feed, wordpress }: PortalSettings): Pick<PortalDefinition, 'inbound' | 'outbound'> {
  const publish = wordpress?.publish
  return {
    ...(feed && {
      inbound: {
        types: articleTypes,
        every: '5m',
        poll: (session, cursor, io) => pollFeed(session, feed, { cursor, io })
      }
    }),
    ...(wordpress?.read && {
      inbound: {
        types: articleTypes,
        every: '5m',
        // Positions in a feed mean nothing to WordPress.
        cursorVersion: 2,
        poll: (session, cursor, io) => pollPosts(session, wordpress, { cursor, io })
      }
    }),
    ...(publish &&
      wordpress && {
        outbound: {
          types: postedTypes(publish),
          repeatable: true, // A post is found again by its name, and written over.
          deliver: (_session, event, io) => deliver(event, { wordpress, publish, io }),
          lookUp: (_session, event, io) => lookUp(event, { wordpress, publish, io })
        }
      })
  }
}
