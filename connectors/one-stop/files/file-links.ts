import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
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

/** Undefined for settings that name no public address. */
export function createFileLinks(settings: OneStopSettings, instance: string): FileLinks | undefined {
  const { client, server, files } = settings
  const account = client ?? server
  if (files.publicUrl === undefined || !account) return undefined
  const base = baseOf(files.publicUrl)
  const { user, password } = account
  const key = createHash('sha256')
    .update(JSON.stringify(['one-stop file', instance, user, password]))
    .digest()
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    linkTo({ sha256, name, mediaType }, now) {
      const until = Math.floor(now / 1000) + files.linkHours * 3600
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
