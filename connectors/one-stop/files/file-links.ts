import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ConnectorIo } from '../../connector.ts'
import type { OneStopSettings } from '../settings.ts'

/** A file, as a link names it. */
export interface LinkedFile {
  readonly sha256: string
  readonly name: string
  readonly mediaType: string
}

/**
 * Links to files of events, for the system that an instance speaks to. They are signed, not kept: any process can
 * check them. Each opens one file, for a time, to whoever has it.
 */
export interface FileLinks {
  linkTo(file: LinkedFile, now: number): string
  /** The file of a link, by its path; `expired` if its time is over; undefined if it is none of the instance's. */
  open(path: string, now: number): LinkedFile | 'expired' | undefined
}

/** In the path of a link, before its token. */
const step = 'tep'

/** A system that is called is sent a record once, so its links have no successor. */
const defaultHours = { client: 720, server: 24 }

/** Undefined for settings that name no public address. */
export async function createFileLinks(
  { client, files }: Pick<OneStopSettings, 'client' | 'files'>,
  io: Pick<ConnectorIo, 'secretFor'>
): Promise<FileLinks | undefined> {
  if (files.publicUrl === undefined) return undefined
  const base = baseOf(files.publicUrl)
  const hours = files.linkHours ?? defaultHours[client ? 'client' : 'server']
  // Not a key made from the password: whoever has a link could try passwords with it.
  const key = await io.secretFor('file links')
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    linkTo({ sha256, name, mediaType }, now) {
      const until = Math.floor(now / 1000) + hours * 3600
      const text = Buffer.from(JSON.stringify([until, sha256, name, mediaType])).toString('base64url')
      // What fetches it may take the file's name from the end.
      return `${base}${text}.${sign(text).toString('base64url')}/${encodeURIComponent(name)}`
    },
    open(path, now) {
      const [text = '', given = ''] = (path.split(`/${step}/`).at(-1)?.split('/')[0] ?? '').split('.')
      const signature = Buffer.from(given, 'base64url')
      const expected = sign(text)
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined
      const [until, sha256, name, mediaType] = JSON.parse(Buffer.from(text, 'base64url').toString()) as Signed
      return until * 1000 > now ? { sha256, name, mediaType } : 'expired'
    }
  }
}

type Signed = readonly [until: number, sha256: string, name: string, mediaType: string]

/** Whether a link is one that an instance with these settings gives. */
export function isOwnLink(link: string, { files }: Pick<OneStopSettings, 'files'>): boolean {
  return files.publicUrl !== undefined && link.startsWith(baseOf(files.publicUrl))
}

function baseOf(publicUrl: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/${step}/`
}
