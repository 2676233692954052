import { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import type { ConnectorIo } from '../../connector.ts'
import type { ShownImage } from '../html/sanitize.ts'
import type { ImageSettings } from '../settings.ts'

type ImageProblem = 'off' | 'too-many' | 'other-host' | 'gone' | 'unreachable' | 'too-large' | 'not-an-image'

export interface FetchedImage extends ShownImage {
  readonly attachment?: Attachment
  readonly problem?: ImageProblem
}

/**
 * Fetches the images of an article. Only the portal's own host is asked, and those of the settings: whoever writes
 * an article must not choose what the bus connects to. One that cannot be had is told on the event.
 */
export async function fetchImages(
  images: readonly ShownImage[],
  { settings, host }: { readonly settings: ImageSettings; readonly host: string },
  io: ConnectorIo
): Promise<readonly FetchedImage[]> {
  const hosts = [host, ...settings.hosts]
  const fetched: FetchedImage[] = []
  let tried = 0
  for (const image of images) {
    const problem = problemBefore(image.url, { settings, hosts, tried })
    if (problem === undefined) tried += 1
    fetched.push({
      ...image,
      ...(problem === undefined ? await fetchOne(image.url, settings, io) : { problem })
    })
  }
  return fetched
}

function problemBefore(
  url: string,
  { settings, hosts, tried }: { settings: ImageSettings; hosts: readonly string[]; tried: number }
): ImageProblem | undefined {
  if (!settings.fetch) return 'off'
  if (!hosts.includes(new URL(url).host)) return 'other-host'
  return tried >= settings.maxCount ? 'too-many' : undefined
}

async function fetchOne(
  url: string,
  { maxBytes }: ImageSettings,
  io: ConnectorIo
): Promise<{ readonly attachment: Attachment } | { readonly problem: ImageProblem }> {
  try {
    const response = await io.fetch(url, { signal: io.signal, redirect: 'manual' })
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (!response.ok) return { problem: response.status >= 500 ? 'unreachable' : 'gone' }
    const type = imageType(bytes)
    if (bytes.length > maxBytes) return { problem: 'too-large' }
    if (type === undefined) return { problem: 'not-an-image' }
    return { attachment: await io.attach(nameOf(url, type), type, bytes) }
  } catch (error) {
    io.signal.throwIfAborted()
    if (!(error instanceof BusError && error.code.startsWith('BUS_PEER_'))) throw error
    return { problem: Object(error).fault === 'http:tooLarge' ? 'too-large' : 'unreachable' }
  }
}

/** The type of an image by its first bytes; SVG is none, since it can contain scripts. */
export function imageType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (/^GIF8[79]a/.test(head)) return 'image/gif'
  if (/^RIFF[\s\S]{4}WEBP/.test(head)) return 'image/webp'
  return /^[\s\S]{4}ftypavif/.test(head) ? 'image/avif' : undefined
}

function nameOf(url: string, type: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  const name = decoded(last).normalize('NFC').slice(-200)
  return name !== '' && isFileName(name) ? name : `anh.${type.slice('image/'.length)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // A URIError: it is no UTF-8.
  }
}
