import { instantMs } from '#protocol/events/instant.ts'
import { instantOf } from '../edxml/package-times.ts'

/** A package that waits in the folder. */
export interface OrderedPackage {
  readonly name: string
  readonly identity: string
  /** When its file was, in milliseconds since the epoch. */
  readonly modifiedAt: number
  /** Undefined until it is read, where its identity does not tell it apart from any other file. */
  reference: string | undefined
  /** When it was written, in milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A package's header is at its beginning, and its trace at the header's end; all text but attachments is at most 1 MiB. */
export const headBytes = 2_097_152
/** Of most packages the trace is within this. */
export const shortHeadBytes = 65_536

/** More elements than a package may have. */
const maxHops = 10_000

/** No part of a match contains a second `<`, so that the search takes time in proportion to the text. */
const timestamp = /<(?:[\w.-]{1,256}:)?Timestamp(?:\s[^<>]{0,256})?>([^<]{1,64})</g
const naturally = new Intl.Collator('vi', { numeric: true })

/** The latest time that the beginning of a package names; undefined if it names none. */
export function timeIn(head: Buffer): number | undefined {
  let latest: number | undefined
  let hops = 0
  for (const [, text = ''] of head.toString('latin1', 0, traceEnd(head)).matchAll(timestamp)) {
    hops += 1
    if (hops > maxHops) break
    const at = instantOf(text.trim())
    if (at !== undefined) latest = Math.max(latest ?? instantMs(at), instantMs(at))
  }
  return latest
}

/** Where the trace ends; undefined if it does not. The attachments after it are not looked at. */
export function traceEnd(head: Buffer): number | undefined {
  const name = 'TraceHeaderList'
  for (let at = head.indexOf(name); at >= 0; at = head.indexOf(name, at + name.length)) {
    if (/<\/(?:[\w.-]+:)?$/.test(head.toString('latin1', Math.max(0, at - 64), at))) return at
  }
  return undefined
}

/**
 * By the time at which the document systems wrote them, so that a recall comes after its document; then by
 * the second at which the file was written, and then by name, where `9` comes before `10`.
 */
export function byTime(a: OrderedPackage, b: OrderedPackage): number {
  return (
    a.writtenAt - b.writtenAt ||
    secondOf(a) - secondOf(b) ||
    naturally.compare(a.name, b.name) ||
    (a.name < b.name ? -1 : 1)
  )
}

function secondOf({ modifiedAt }: OrderedPackage): number {
  return Math.floor(modifiedAt / 1000)
}
