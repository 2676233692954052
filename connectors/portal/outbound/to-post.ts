import { createHash } from 'node:crypto'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ArticlePublishedV1 } from '#schemas/generated/article.ts'
import type { DocumentIssuedV1, DocumentReplacedV1 } from '#schemas/generated/document.ts'
import { sanitize } from '../html/sanitize.ts'
import type { PublishSettings } from '../settings.ts'
import { dossierPost, dossierTypes } from './dossier-post.ts'
import { escaped, ownSlug, type Post, tableOf } from './post.ts'

/** What an event does to the posts of the site. */
export interface PostChange {
  /** Name of the post, the same for all events about a thing. */
  readonly slug: string
  /** Undefined: it is withdrawn. */
  readonly post: Post | undefined
  /** Further posts that are withdrawn. */
  readonly withdrawn: readonly string[]
}

const articleTypes = ['article.published.v1', 'article.updated.v1', 'article.withdrawn.v1']
const documentTypes = [
  'document.issued.v1',
  'document.updated.v1',
  'document.replaced.v1',
  'document.recalled.v1'
]

/** The event types that the settings ask to be posted. */
export function postedTypes({ articles, documents, dossiers }: PublishSettings): readonly string[] {
  return [
    ...(articles ? articleTypes : []),
    ...(documents ? documentTypes : []),
    ...(dossiers ? dossierTypes : [])
  ]
}

/** Undefined if the settings do not ask for it. `history`: earlier events about the same dossier. */
export function toPostChange(
  event: BusEvent,
  { articles, documents, dossiers }: PublishSettings,
  history: readonly BusEvent[]
): PostChange | undefined {
  const { type, subject } = event
  const slug = slugOf(event, subject)
  if (articles && type === 'article.withdrawn.v1') return { slug, post: undefined, withdrawn: [] }
  if (articles && articleTypes.includes(type))
    return { slug, post: articlePost(event, articles.categories), withdrawn: [] }
  if (documents && documentTypes.includes(type)) return documentChange(event, documents)
  if (!dossiers || !dossierTypes.includes(type)) return undefined
  return { slug, post: dossierPost([...history, event], dossiers.categories), withdrawn: [] }
}

/**
 * What a post is called. Articles and documents belong to who published them; a dossier goes through several
 * agencies, and has one post.
 */
function slugOf({ source, type }: BusEvent, subject: string): string {
  const [domain = ''] = type.split('.')
  const owner = domain === 'dossier' ? '' : (/^\/agencies\/([^/]+)/.exec(source)?.[1] ?? '')
  const hash = createHash('sha256').update(`${domain}\n${owner}\n${subject}`).digest('hex')
  return `${ownSlug}${hash.slice(0, 32)}`
}

function articlePost({ data }: BusEvent, categories: readonly number[]): Post {
  const article = data as unknown as ArticlePublishedV1
  const { title, summary = '', content, link, images, attachments, contentFile } = article
  const safe = sanitize(
    content ?? (summary === '' ? '' : `<p>${escaped(summary)}</p>`),
    link ?? 'https://invalid/'
  )
  return {
    ...{ title, categories, files: attachments },
    excerpt: content === undefined ? '' : summary,
    content(addresses) {
      const moved = images.reduce((html, { url, sha256 }) => {
        const address = sha256 === undefined ? undefined : addresses.get(sha256)
        return address === undefined
          ? html
          : html.replaceAll(`src="${escaped(url)}"`, `src="${escaped(address)}"`)
      }, safe.html)
      const full =
        contentFile === undefined ? '' : linkTo(addresses.get(contentFile) ?? link, 'Nội dung đầy đủ')
      return [moved, full, linkTo(link, 'Bài gốc')].filter((part) => part !== '').join('\n')
    }
  }
}

type DocumentSettings = NonNullable<PublishSettings['documents']>

function documentChange(event: BusEvent, settings: DocumentSettings): PostChange | undefined {
  const document = event.data as unknown as DocumentIssuedV1
  const slug = slugOf(event, event.subject)
  const replaced = (event.data as unknown as Partial<DocumentReplacedV1>).replacements ?? []
  const withdrawn = replaced.map(({ documentId }) => slugOf(event, documentId))
  if (event.type === 'document.recalled.v1') return { slug, post: undefined, withdrawn }
  const isPublic = isOfPublicInterest(document, event, settings)
  // A document that was posted, and is no more of public interest after an update, is withdrawn.
  return { slug, post: isPublic ? documentPost(document, settings.categories) : undefined, withdrawn }
}

function isOfPublicInterest(
  { documentTypeName, sphereOfPromulgation = '' }: DocumentIssuedV1,
  { source }: BusEvent,
  { typeNames, senders, spheres }: DocumentSettings
): boolean {
  const same = (a: string, b: string): boolean =>
    a.normalize('NFC').trim().toLowerCase() === b.normalize('NFC').trim().toLowerCase()
  const isFrom = senders.length === 0 || senders.some((code) => source.startsWith(`/agencies/${code}/`))
  const isWithin = spheres.length === 0 || spheres.some((one) => same(one, sphereOfPromulgation))
  return isFrom && isWithin && typeNames.some((one) => same(one, documentTypeName))
}

function documentPost(document: DocumentIssuedV1, categories: readonly number[]): Post {
  const { codeNumber, codeNotation, documentTypeName, promulgationDate, title, from, attachments } = document
  const number = `${codeNumber}/${codeNotation}`
  const [year, month, day] = promulgationDate.slice(0, 10).split('-')
  const rows = {
    'Số, ký hiệu': number,
    'Loại văn bản': documentTypeName,
    'Cơ quan ban hành': from.organName,
    'Ngày ban hành': `${day}/${month}/${year}`,
    'Trích yếu': title
  }
  return {
    ...{ categories, files: attachments, excerpt: title },
    title: `${documentTypeName} ${number}`,
    content(addresses) {
      const files = attachments.map(({ name, sha256 }) => {
        const address = addresses.get(sha256)
        return `<li>${address === undefined ? escaped(name) : `<a href="${escaped(address)}">${escaped(name)}</a>`}</li>`
      })
      return `${tableOf(rows)}${files.length === 0 ? '' : `\n<ul>${files.join('')}</ul>`}`
    }
  }
}

function linkTo(address: string | undefined, text: string): string {
  return address === undefined ? '' : `<p><a href="${escaped(address)}">${text}</a></p>`
}
