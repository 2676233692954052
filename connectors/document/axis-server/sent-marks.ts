import { createHash } from 'node:crypto'
import type { ConnectorIo, EventDraft, Marks } from '../../connector.ts'
import { notationOf } from '../map/package-of.ts'

/** What an instance keeps of a package that its document system sent, for one of its recipients. */
export interface SentPackage {
  readonly docId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly subject: string
  readonly messageType: 'edoc' | 'status'
  readonly to: string
  readonly notation: string
  readonly title: string
}

/** How long a package is listed as sent. */
const listedMs = 30 * 86_400_000
/** Marks that one package removes, and at least twice as many as it adds. */
const removedAtOnce = 50
const longestText = 300

/** Later times come first in the order of keys. */
function keyAt(at: number): string {
  return `sent ${String(1e15 - at).padStart(16, '0')}`
}
const first = 'sent '
const behindLast = 'sent:'

/** The marks of a new package. Those of packages that are not listed any more go. */
export async function sentMarks(event: EventDraft, docId: string, io: ConnectorIo): Promise<Marks> {
  const { recipients = [], type, subject, data } = event
  const at = io.now()
  const common = {
    ...{ docId, at, subject, messageType: type === 'document.status-changed.v1' ? 'status' : 'edoc' },
    notation: notationOf(data).slice(0, longestText),
    title: String(data.title ?? '').slice(0, longestText)
  }
  const limit = Math.max(removedAtOnce, 2 * recipients.length)
  const own = recipients.map((to, index) => [
    `${keyAt(at)} ${docId} ${String(index).padStart(4, '0')}`,
    JSON.stringify({ ...common, to })
  ])
  return {
    ...(await oldMarks({ before: at - listedMs, limit }, io)),
    ...Object.fromEntries(own),
    [newestKey(subject)]: docId
  }
}

async function oldMarks(
  { before, limit }: { readonly before: number; readonly limit: number },
  io: ConnectorIo
): Promise<Marks> {
  const old = await io.marks(keyAt(before), behindLast, limit)
  const removed: Record<string, null> = Object.fromEntries(old.map(([key]) => [key, null]))
  const packages = old.map(([, value]) => JSON.parse(value) as SentPackage)
  for (const [docId, { subject }] of new Map(packages.map((one) => [one.docId, one]))) {
    if ((await newestOf(subject, io)) === docId) removed[newestKey(subject)] = null
  }
  return removed
}

/** The newest packages sent. */
export async function sentPackages(io: ConnectorIo, limit: number): Promise<readonly SentPackage[]> {
  const marks = await io.marks(first, keyAt(io.now() - listedMs), limit)
  return marks.map(([, value]) => JSON.parse(value) as SentPackage)
}

/** The newest package about a subject that was stored. */
export function newestOf(subject: string, io: ConnectorIo): Promise<string | undefined> {
  return io.mark(newestKey(subject))
}

/** A subject may be longer than a key. */
function newestKey(subject: string): string {
  return `newest ${createHash('sha256').update(subject).digest('hex')}`
}
