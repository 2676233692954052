import { BusError } from '#protocol/errors/bus-error.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { mediaTypeOf } from '../../shared-formats/media-types/media-type-of.ts'
import type { FileSettings } from '../settings.ts'

/** Why a file behind a link is not attached, as events say it. */
export type FileProblem =
  | 'GONE'
  | 'UNREACHABLE'
  | 'ADDRESS_REFUSED'
  | 'TOO_LARGE'
  | 'TYPE_REFUSED'
  | 'NOT_FETCHED'

export interface FetchedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Fetches the file behind a link. A failure of the link is a result, not an error: the dossier goes on without it. */
export async function fetchFile(
  client: HttpClient,
  { link, name }: { readonly link: string; readonly name: string | undefined },
  { types, signal }: Pick<FileSettings, 'types'> & { readonly signal: AbortSignal }
): Promise<FetchedFile | FileProblem> {
  try {
    const { status, body } = await client.send({ method: 'GET', url: link, headers: {} }, signal)
    if (status === 404 || status === 410) return 'GONE'
    if (status !== 200) return 'UNREACHABLE'
    const shown = nameOf(name, link)
    const mediaType = mediaTypeOf(body, shown)
    return types.includes(mediaType) ? { name: shown, mediaType, bytes: body } : 'TYPE_REFUSED'
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return problems[error.fault] ?? 'UNREACHABLE'
  }
}

const problems: Readonly<Record<string, FileProblem>> = {
  'http:tooLarge': 'TOO_LARGE',
  'http:urlRefused': 'ADDRESS_REFUSED',
  'http:addressPrivate': 'ADDRESS_REFUSED',
  'http:addressReserved': 'ADDRESS_REFUSED'
}

/** The name that the record gives, or the link, where it is one; the ending tells formats of one container apart. */
function nameOf(name: string | undefined, link: string): string {
  const last = URL.parse(link)?.pathname.split('/').at(-1) ?? ''
  return [name, decoded(last)].find((one) => one !== undefined && isFileName(one)) ?? 'giay-to'
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text).normalize()
  } catch {
    return undefined
  }
}
