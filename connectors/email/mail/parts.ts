import PostalMime, { type Email } from 'postal-mime'

/** One part of a mail, with its bytes as they were before they were encoded for the way. */
export interface Part {
  readonly mediaType: string
  /** Whether the mail names its type: what names none is text. */
  readonly isTyped: boolean
  readonly params: Readonly<Record<string, string>>
  readonly disposition: string
  readonly fileName: string | undefined
  readonly contentId: string | undefined
  /** Of one that was not taken for encoded, since its encoding is written wrongly. */
  readonly encoding: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly children: readonly Part[]
}

interface ParsedField {
  readonly value: string
  readonly params: Readonly<Record<string, string>>
}

/**
 * What the library keeps of a part. It gives text already decoded, and is told of no other encoding than the
 * declared one; so its tree is read, which its types leave out. Its version is fixed in package.json.
 */
interface LibraryPart {
  readonly contentType: { readonly parsed: ParsedField }
  readonly contentDisposition: { readonly parsed: ParsedField }
  readonly contentTransferEncoding: { readonly value: string }
  readonly contentId?: string
  readonly headers: readonly { readonly key: string; readonly value: string }[]
  readonly content: ArrayBuffer | null
  readonly childNodes: readonly LibraryPart[]
}

const limits = {
  maxNestingDepth: 64,
  maxHeadersSize: 1_048_576,
  // Reports are told apart by their parts, and what is forwarded is a file.
  forceRfc822Attachments: true
}

/** Rejects for a mail that is nested too deeply, or whose heads are too long. */
export async function readParts(bytes: Uint8Array): Promise<{ readonly email: Email; readonly root: Part }> {
  const parser = new PostalMime(limits)
  const email = await parser.parse(bytes)
  return { email, root: toPart((parser as unknown as { readonly root: LibraryPart }).root, true) }
}

function toPart(part: LibraryPart, isRoot = false): Part {
  if (!isRoot && isWholeMail(part)) return wholeMail(part)
  const { value: mediaType, params } = part.contentType.parsed
  const disposition = part.contentDisposition.parsed
  return {
    ...{ mediaType, params, disposition: disposition.value, contentId: part.contentId },
    isTyped: part.headers.some(({ key }) => key === 'content-type'),
    fileName: disposition.params.filename ?? params.name,
    encoding: part.contentTransferEncoding.value,
    bytes: new Uint8Array(part.content ?? new ArrayBuffer(0)),
    children: part.childNodes.map((child) => toPart(child))
  }
}

/** Some servers repeat a mail as a part without a head of its own: the mail's head stands there. */
function isWholeMail({ headers }: LibraryPart): boolean {
  const has = (name: string): boolean => headers.some(({ key }) => key === name)
  return has('from') && has('to') && (has('message-id') || has('received'))
}

function wholeMail({ headers, content }: LibraryPart): Part {
  const head = headers.map(({ key, value }) => `${key}: ${value}\n`).join('')
  const body = Buffer.from(content ?? new ArrayBuffer(0))
  return {
    ...{
      mediaType: 'message/rfc822',
      isTyped: true,
      params: {},
      disposition: '',
      encoding: '',
      children: []
    },
    ...{ fileName: undefined, contentId: undefined },
    bytes: new Uint8Array(Buffer.concat([Buffer.from(`${head}\n`), body]))
  }
}
