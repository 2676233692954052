import type { BusEvent } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import { addressKey } from '../feed/urls.ts'
import { ownMark } from '../inbound/known-articles.ts'
import { originComment, originOf } from '../origin.ts'
import type { PublishSettings, WordPressSettings } from '../settings.ts'
import { dossierTypes } from './dossier-post.ts'
import { postFiles, withdrawFiles } from './files.ts'
import { inertHtml, inertText, type Post } from './post.ts'
import { createPost, deletePost, type FoundPost, findPost, savePost } from './posts.ts'
import { toPostChange } from './to-post.ts'

export interface Publishing {
  readonly wordpress: WordPressSettings
  readonly publish: PublishSettings
  readonly io: ConnectorIo
}

/** Makes the posts of the site what the event says. Doing it twice changes nothing. */
export async function deliver(sent: OutboundEvent, publishing: Publishing): Promise<Delivered | undefined> {
  const { event, hash, recordedTime } = sent
  const change = await changeOf(event, publishing)
  if (!change) return undefined
  for (const slug of change.withdrawn) await withdraw(await findPost(slug, publishing), publishing)
  const found = await findPost(change.slug, publishing)
  if (isNewer(found, sent)) return undefined
  if (!change.post) {
    await withdraw(found, publishing)
    return undefined
  }
  const written = { origin: originComment(hash, recordedTime), publishing }
  const id = found ? await write(found, change.post, written) : await make(change.slug, change.post, written)
  const { url } = publishing.wordpress
  return { marks: { [ownMark(addressKey(`${url.replace(/\/+$/, '')}/?p=${id}`))]: hash } }
}

/** Asks the site whether it has the event already. */
export async function lookUp(sent: OutboundEvent, publishing: Publishing): Promise<LookedUp> {
  const change = await changeOf(sent.event, publishing)
  if (!change) return 'done'
  const found = await findPost(change.slug, publishing)
  const isThere = found !== undefined && originOf(found.content)?.hash === sent.hash
  return isThere && found.status === 'publish' && change.post ? 'done' : 'not-done'
}

async function changeOf(event: BusEvent, { publish, io }: Publishing) {
  const isDossier = dossierTypes.includes(event.type)
  const history = isDossier ? await io.given(event.subject, dossierTypes) : []
  return toPostChange(
    event,
    publish,
    history.filter(({ id, source }) => id !== event.id || source !== event.source)
  )
}

/** Whether the post says what a later event said: several agencies may send about one dossier. */
function isNewer(found: FoundPost | undefined, { hash, recordedTime }: OutboundEvent): boolean {
  const origin = found && originOf(found.content)
  return origin !== undefined && origin.hash !== hash && instantMs(origin.at) > instantMs(recordedTime)
}

async function withdraw(found: FoundPost | undefined, publishing: Publishing): Promise<void> {
  if (!found) return
  await withdrawFiles(found, [], publishing)
  await deletePost(found, publishing)
}

interface Writing {
  /** The comment that names the event. */
  readonly origin: string
  readonly publishing: Publishing
}

/** A post that has files is a draft until it has them. */
async function make(slug: string, post: Post, { origin, publishing }: Writing): Promise<number> {
  const hasFiles = post.files.length > 0
  const body = hasFiles ? { title: inertText(post.title), status: 'draft' } : bodyOf(post, new Map(), origin)
  const { post: made, isMade } = await createPost(slug, body, publishing)
  return isMade && !hasFiles ? made.id : write(made, post, { origin, publishing })
}

/** Files first: what is published has them. */
async function write(found: FoundPost, post: Post, { origin, publishing }: Writing): Promise<number> {
  const addresses = await postFiles(found, post.files, publishing)
  await savePost(found, bodyOf(post, addresses, origin), publishing)
  await withdrawFiles(found, post.files, publishing)
  return found.id
}

function bodyOf(
  { title, excerpt, categories, content }: Post,
  addresses: ReadonlyMap<string, string>,
  origin: string
): object {
  return {
    ...{ title: inertText(title), excerpt: inertText(excerpt), categories, status: 'publish' },
    content: `${inertHtml(content(addresses))}\n${origin}`
  }
}
