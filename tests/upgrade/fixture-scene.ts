import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import type { PublishedEvent } from '#client/client.ts'
import type { InboxItem } from '#client/inbox.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { eventHash } from '#protocol/events/hash.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import type { TestBus } from '../helpers/test-bus.ts'

/** What a bus of a release was given, and what it answered. */
export interface Expected {
  readonly events: readonly BusEvent[]
  readonly published: readonly PublishedEvent[]
  readonly inbox: readonly InboxItem[]
  /** After the first two events of the inbox. */
  readonly cursor: string
  readonly attachment: { readonly sha256: string; readonly text: string }
  /** What the bus says of its agencies, systems and agreements. */
  readonly control: Readonly<Record<string, unknown>>
}

const controlPaths = ['/v1/agencies', '/v1/systems', '/v1/agreements']

async function controlOf({ operator }: TestBus): Promise<Readonly<Record<string, unknown>>> {
  const states = controlPaths.map(async (path) => [path, await operator.get<unknown>(path)] as const)
  return Object.fromEntries(await Promise.all(states))
}

async function inboxOf({ clients }: TestBus, count: number, after?: string): Promise<readonly InboxItem[]> {
  const items: InboxItem[] = []
  let cursor = after
  while (items.length < count) {
    const { events, next } = await clients.B.page({ after: cursor, waitSeconds: 5 })
    items.push(...events)
    cursor = next
  }
  return items
}

/** Has `A` send documents to `B`, one with an attachment; `B` reads all, and acknowledges the first. */
export async function fillBus(bus: TestBus): Promise<Expected> {
  const content = 'Công văn mẫu của một bản phát hành\n'
  const attachment = await bus.clients.A.attach('mẫu.txt', 'text/plain', Buffer.from(content))
  const plain = Array.from({ length: 5 }, (_, n) =>
    bus.document({}, { attachments: n === 4 ? [attachment] : [] })
  )
  const events: BusEvent[] = []
  const published: PublishedEvent[] = []
  for (const event of plain) {
    events.push(event)
    published.push(...(await bus.clients.A.publish(event)))
  }
  const inbox = await inboxOf(bus, events.length)
  const [first, second] = inbox
  assert.ok(first && second)
  await bus.clients.B.acknowledge({ source: first.event.source, id: first.event.id, state: 'accepted' })
  const { sha256 } = attachment
  return {
    ...{ events, published, inbox, cursor: second.cursor, attachment: { sha256, text: content } },
    control: await controlOf(bus)
  }
}

/** Asserts that a bus on the same data has all of it, and goes on from there. */
export async function checkBus(bus: TestBus, expected: Expected): Promise<void> {
  const { events, published, cursor, attachment } = expected
  const { publicJwk } = await readKey(keyFiles(bus.folder).bus)
  const inbox = await inboxOf(bus, events.length)
  assert.deepEqual(inbox.map(withoutCursor), expected.inbox.map(withoutCursor))
  for (const { event, added, receipt } of inbox) {
    const hash = eventHash(event as never)
    const leaf = { source: event.source, id: event.id, hash, recordedtime: added.recordedtime }
    assert.ok(await verifyReceipt(leaf, receipt, [publicJwk]))
  }
  assert.partialDeepStrictEqual(await controlOf(bus), expected.control) // A release may tell more.

  const again = await bus.clients.A.publish(...events)
  assert.deepEqual([...new Set(again.map(({ status }) => status))], ['repeated'])
  assert.deepEqual(
    again.map(({ receipt }) => receipt),
    published.map(({ receipt }) => receipt)
  )

  const next = bus.document({}, { attachments: [] })
  await bus.clients.A.publish(next)
  const rest = await inboxOf(bus, events.length - 1, cursor)
  assert.deepEqual(
    rest.map(({ event }) => event.id),
    [...events.slice(2), next].map(({ id }) => id)
  )
  assert.equal(await text(await bus.clients.B.download(attachment.sha256)), attachment.text)
}

/** Without what is made anew at each reading. */
function withoutCursor({ cursor: _cursor, added, ...item }: InboxItem): object {
  const { traceparent: _traceparent, ...facts } = added
  return { ...item, added: facts }
}
