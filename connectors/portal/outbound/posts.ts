import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import type { Answer, Ask } from '../ask.ts'
import { faults } from '../faults.ts'
import type { WordPressSettings } from '../settings.ts'
import { askWordPress, routeUrl } from '../wordpress/posts-api.ts'

/** A post of the site, as its editors see it. */
export interface FoundPost {
  readonly id: number
  readonly slug: string
  readonly status: string
  readonly content: string
}

export interface Site {
  readonly wordpress: WordPressSettings
  readonly io: Pick<ConnectorIo, 'fetch' | 'signal'>
}

const fields = 'id,slug,status,content'

/** The post of a name, also one that was not published yet; undefined if there is none but in the trash. */
export async function findPost(slug: string, site: Site): Promise<FoundPost | undefined> {
  const status = 'publish,future,draft,pending,private'
  const posts = await request('posts', { slug, status, context: 'edit', _fields: fields }, {}, site)
  return listOf(posts)
    .map(readPost)
    .find((one) => one.slug === slug)
}

/**
 * Makes a post. Of two that are made at once, WordPress renames the second: it is taken back, and the first is
 * returned, which is not as `content` says.
 */
export async function createPost(
  slug: string,
  content: object,
  site: Site
): Promise<{ readonly post: FoundPost; readonly isMade: boolean }> {
  const made = readPost(await send('posts', { ...content, slug }, site))
  const first = made.slug === slug ? undefined : await findPost(slug, site)
  if (!first) return { post: made, isMade: true }
  await request(`posts/${made.id}`, { force: 'true' }, { method: 'DELETE' }, site)
  return { post: first, isMade: false }
}

export async function savePost(
  { id, slug }: Pick<FoundPost, 'id' | 'slug'>,
  changes: object,
  site: Site
): Promise<void> {
  await send(`posts/${id}`, { ...changes, slug }, site)
}

/** Into the trash. One that is gone already is no failure. */
export async function deletePost({ id }: Pick<FoundPost, 'id'>, site: Site): Promise<void> {
  await request(`posts/${id}`, {}, { method: 'DELETE', accepted: [404, 410] }, site)
}

/** Sends JSON to a route. WordPress answers sooner if it need not show the whole post. */
async function send(route: string, body: object, site: Site): Promise<JsonObject> {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return objectOf(await request(route, { _fields: 'id,slug' }, sent, site))
}

/** What WordPress can never take, by its status; 400 tells a wrong parameter by name. */
const neverTaken = [400, 413, 415, 422]

/** Asks a route and reads its JSON. Throws `postRefused` and `noRights` where WordPress says so. */
export async function request(
  route: string,
  query: Readonly<Record<string, string>>,
  { accepted = [], ...how }: Ask,
  { wordpress, io }: Site
): Promise<Json> {
  const url = routeUrl(wordpress, route, query)
  const answer = await askWordPress(
    wordpress,
    url,
    { ...how, accepted: [...accepted, 403, ...neverTaken] },
    io
  )
  const value = parsed(answer)
  if (accepted.includes(answer.status) || (answer.status >= 200 && answer.status < 300)) {
    if (value !== undefined) return value
    throw faults.answerUnreadable({ values: { host: new URL(url).host, problem: 'no JSON' } })
  }
  const problem =
    isJsonObject(value) && typeof value.code === 'string' ? value.code : `status ${answer.status}`
  const isForbidden = answer.status === 403 || forbidsParameter(value)
  throw isForbidden ? faults.noRights({ values: { problem } }) : faults.postRefused({ values: { problem } })
}

/** WordPress tells a user whom it does not know, or who may not see drafts, as a wrong parameter. */
function forbidsParameter(value: Json | undefined): boolean {
  const { details } = objectOf(objectOf(value ?? null).data ?? null)
  return Object.values(objectOf(details ?? null)).some((one) => {
    const { status } = objectOf(objectOf(one).data ?? null)
    return status === 401 || status === 403
  })
}

function parsed({ body }: Answer): Json | undefined {
  try {
    return JSON.parse(body.toString()) as Json
  } catch {
    return undefined // No JSON: told by the caller.
  }
}

export function listOf(value: Json): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {}
}

function readPost(value: Json): FoundPost {
  const { id, slug, status, content } = objectOf(value)
  const raw = objectOf(content ?? null).raw
  if (typeof id !== 'number')
    throw faults.answerUnreadable({ values: { host: 'WordPress', problem: 'a post without a number' } })
  return {
    id,
    slug: String(slug ?? ''),
    status: String(status ?? ''),
    content: typeof raw === 'string' ? raw : ''
  }
}
