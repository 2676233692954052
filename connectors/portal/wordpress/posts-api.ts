import type { ConnectorIo } from '../../connector.ts'
import { type Answer, type Ask, ask } from '../ask.ts'
import type { WordPressSettings } from '../settings.ts'

/** The address of a route of the REST interface. With `rest_route` it needs no rewriting of addresses by the server. */
export function routeUrl(
  { url }: Pick<WordPressSettings, 'url'>,
  route: string,
  query: Readonly<Record<string, string>> = {}
): string {
  const address = new URL(url)
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/`
  address.search = new URLSearchParams({ rest_route: `/wp/v2/${route}`, ...query }).toString()
  return address.href
}

/** Asks the REST interface, as the user of the settings where there is one. */
export function askWordPress(
  settings: WordPressSettings,
  url: string,
  { headers, ...request }: Ask,
  io: Pick<ConnectorIo, 'fetch' | 'signal'>
): Promise<Answer> {
  const { user, applicationPassword } = settings
  const isKnown = user !== undefined && applicationPassword !== undefined
  const credentials = Buffer.from(`${user}:${applicationPassword}`).toString('base64')
  const authorization = isKnown ? { authorization: `Basic ${credentials}` } : {}
  return ask(url, { ...request, headers: { accept: 'application/json', ...authorization, ...headers } }, io)
}
