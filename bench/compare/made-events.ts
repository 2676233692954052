import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { newEvent } from '#client/new-event.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { exampleDocument } from '#tests/faults/load.ts'

/** An event in its canonical form, which is how it is sent, and its leaf: SHA-256(0x00 ‖ text). */
export interface MadeEvent {
  readonly id: string
  readonly text: string
  readonly leaf: Buffer
}

export interface MakerOptions {
  /** `/agencies/<code>/systems/<name>`. */
  readonly system: string
  readonly recipients: readonly string[]
  /** Number of subjects that events are about, in turn. */
  readonly subjects?: number | undefined
}

/** In the order in which the canonical form has them. */
const places = ['documentId', 'id', 'nonce', 'subject', 'time'] as const

/**
 * Makes events of the schema's example document, each with its own id, nonce and time; ids are completely
 * random. Only what differs is written again: generating load must cost less than accepting it.
 */
export function createEventMaker({ system, recipients, subjects = 100_000 }: MakerOptions): () => MadeEvent {
  const from = { ...(exampleDocument.from as JsonObject), organId: agencyOf(system) }
  const data = { ...exampleDocument, documentId: '@documentId@', from }
  const draft = { type: 'document.issued.v1', subject: '', recipients, data }
  const { documentId: _inData, ...marks } = Object.fromEntries(places.map((place) => [place, `@${place}@`]))
  const template = canonicalJson({ ...newEvent(system, draft), ...marks } as Json)
  const parts = template.split(new RegExp(places.map((place) => `@${place}@`).join('|')))
  if (parts.length !== places.length + 1) throw new TypeError('the template has each place once, in order')
  const [first, second, third, fourth, fifth, sixth] = parts
  let made = 0
  return () => {
    made += 1
    const id = randomUUID()
    const nonce = randomBytes(16).toString('base64url')
    const subject = `${system.split('/')[2]},2026/11/24,${made % subjects}/SMA-VP`
    const time = new Date().toISOString()
    const text = `${first}${subject}${second}${id}${third}${nonce}${fourth}${subject}${fifth}${time}${sixth}`
    return { id, text, leaf: createHash('sha256').update('\0').update(text, 'utf8').digest() }
  }
}
