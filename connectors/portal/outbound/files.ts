import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { ConnectorIo } from '../../connector.ts'
import { ownSlug } from './post.ts'
import { type FoundPost, listOf, request, type Site } from './posts.ts'

/** Files that WordPress takes, and browsers show or open without running them. */
const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx'
}

/** Largest file that is sent: it is held in memory while it is. */
const largest = 50_000_000

interface FileSite extends Site {
  readonly io: Pick<ConnectorIo, 'fetch' | 'signal' | 'attachment'>
}

/**
 * Puts the files of a post into the media library, each once, and returns their addresses by SHA-256. Others than
 * those of known types stay with the bus: the post names them without a link.
 */
export async function postFiles(
  post: Pick<FoundPost, 'id' | 'slug'>,
  files: readonly Attachment[],
  site: FileSite
): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>()
  for (const file of files) {
    const extension = extensions[file.mediaType.toLowerCase()]
    if (extension === undefined || file.size > largest) continue
    const slug = fileSlug(post, file.sha256)
    const media =
      (await findMedia({ slug }, site))[0] ?? (await upload(post, { file, slug, extension }, site))
    if (media) addresses.set(file.sha256, media.address)
  }
  return addresses
}

/** Deletes the files of a post that it does not have any more: what is withdrawn must not stay at its address. */
export async function withdrawFiles(
  post: Pick<FoundPost, 'id' | 'slug'>,
  kept: readonly Attachment[],
  site: FileSite
): Promise<void> {
  const slugs = kept.map(({ sha256 }) => fileSlug(post, sha256))
  for (const { id, slug } of await findMedia({ parent: String(post.id), per_page: '100' }, site)) {
    if (!slug.startsWith(ownSlug) || slugs.includes(slug)) continue
    await request(`media/${id}`, { force: 'true' }, { method: 'DELETE', accepted: [404, 410] }, site)
  }
}

interface Media {
  readonly id: number
  readonly slug: string
  readonly address: string
}

/** A file belongs to one post: what another post shows is not deleted with it. */
function fileSlug({ slug }: Pick<FoundPost, 'slug'>, sha256: string): string {
  return ownSlug + createHash('sha256').update(`${slug}\n${sha256}`).digest('hex').slice(0, 32)
}

async function findMedia(query: Readonly<Record<string, string>>, site: Site): Promise<readonly Media[]> {
  const found = await request('media', { ...query, _fields: 'id,slug,source_url' }, {}, site)
  return listOf(found).map(({ id, slug, source_url: address }) => ({
    ...{ id: Number(id), slug: String(slug), address: String(address) }
  }))
}

async function upload(
  { id }: Pick<FoundPost, 'id'>,
  { file, slug, extension }: { readonly file: Attachment; readonly slug: string; readonly extension: string },
  site: FileSite
): Promise<Media | undefined> {
  const bytes = new Uint8Array(await buffer(await site.io.attachment(file.sha256)))
  const headers = {
    'content-type': file.mediaType,
    'content-disposition': `attachment; filename="${slug}.${extension}"`
  }
  const made = await request('media', { post: String(id) }, { method: 'POST', headers, body: bytes }, site)
  const [media] = listOf([made])
  return media && { id: Number(media.id), slug: String(media.slug), address: String(media.source_url) }
}
