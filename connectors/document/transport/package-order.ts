import { instantOf } from '../edxml/elements.ts'
import { modifiedAt } from './plain-files.ts'

/** A package that waits in the folder. */
export interface WaitingPackage {
  readonly name: string
  readonly identity: string
  /** When it was written, in milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A package's header is at its beginning; its attachments may be long. */
export const headBytes = 65_536

const timestamp = /<(?:[\w.-]+:)?Timestamp(?:\s[^>]*)?>([^<]{1,64})</g
const naturally = new Intl.Collator('vi', { numeric: true })

/** The latest time that the beginning of a package names; undefined if it names none. */
export function timeIn(head: Buffer): number | undefined {
  const times = [...head.toString('utf8').matchAll(timestamp)].flatMap(([, text = '']) => {
    const at = instantOf(text.trim())
    return at === undefined ? [] : [Date.parse(at)]
  })
  return times.length === 0 ? undefined : Math.max(...times)
}

/**
 * By the time at which the document systems wrote them, so that a recall comes after its document; then by
 * the second at which the file was written, and then by name, where `9` comes before `10`.
 */
export function byTime(a: WaitingPackage, b: WaitingPackage): number {
  return (
    a.writtenAt - b.writtenAt ||
    secondOf(a) - secondOf(b) ||
    naturally.compare(a.name, b.name) ||
    (a.name < b.name ? -1 : 1)
  )
}

function secondOf({ identity }: WaitingPackage): number {
  return Math.floor(modifiedAt(identity) / 1000)
}
