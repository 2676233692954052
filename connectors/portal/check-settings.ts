import { isZone } from './feed/date-words.ts'
import type { PortalSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. */
export async function checkSettings(settings: PortalSettings): Promise<readonly string[]> {
  const { feed, wordpress, zone } = settings
  const publishes = wordpress?.publish
  const isRead = wordpress?.read === true
  const hasPassword = wordpress?.user !== undefined && wordpress.applicationPassword !== undefined
  return [
    ...(feed ? urlProblems('/feed/url', feed.url) : []),
    ...(wordpress ? urlProblems('/wordpress/url', wordpress.url) : []),
    ...(isZone(zone) ? [] : ['/zone must be an IANA time zone, such as Asia/Ho_Chi_Minh']),
    ...(feed && isRead
      ? ['/ needs one of feed and wordpress.read, not both: the same articles would come twice']
      : []),
    ...(feed || isRead || publishes
      ? []
      : ['/ needs at least one of feed, wordpress.read and wordpress.publish']),
    ...(publishes && !hasPassword
      ? ['/wordpress/publish needs wordpress.user and wordpress.applicationPassword']
      : []),
    ...(publishes && Object.keys(publishes).length === 0
      ? ['/wordpress/publish needs at least one of articles, documents and dossiers']
      : [])
  ]
}

function urlProblems(place: string, text: string): readonly string[] {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return [`${place} must be http:// or https://`]
  const hasSecret = url.username + url.password !== ''
  return [
    ...(hasSecret ? [`${place} must have no user and no password`] : []),
    ...(url.hash === '' ? [] : [`${place} must have no fragment`])
  ]
}
