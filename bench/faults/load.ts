import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BusEvent } from '#bus/events/event.ts'
import { eventHash } from '#bus/events/hash.ts'
import type { JsonObject } from '#bus/events/json.ts'
import { type Attachment, type Client, type InboxItem, Refused } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'
import type { Acknowledged, SeenEvent } from './history.ts'
import { recipientCodes } from './province.ts'

const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'schemas', 'document', 'issued.v1.example.json'), 'utf8')
) as JsonObject

const lanes = 20
/** One event in so many lists an attachment of its own. */
const attachmentEvery = 10
const attachmentBytes = 65_536

/** Sends and reads under load while the bus comes and goes, and keeps what it saw. */
export interface Load {
  readonly acknowledged: Acknowledged[]
  /** What each recipient has read by its cursor, in order. */
  readonly read: ReadonlyMap<string, SeenEvent[]>
  /** Lets every lane finish the event in hand, then reads until all is read or `ms` have passed. */
  finish(ms: number): Promise<void>
}

export function startLoad(clients: ReadonlyMap<string, Client>, sender: Client): Load {
  const stop = new AbortController()
  const readingStop = new AbortController()
  const acknowledged: Acknowledged[] = []
  const read = new Map<string, SeenEvent[]>(recipientCodes.map((code) => [code, []]))

  const lane = async (subject: string): Promise<void> => {
    for (let sequence = 0; !stop.signal.aborted; sequence += 1) {
      const event = await persist(() => toEvent(sender, subject, sequence))
      const result = await persist(async () => (await sender.publish(event))[0])
      if (!result?.hash || !result.receipt) throw new TypeError(`not accepted: ${JSON.stringify(result)}`)
      const receipt = `${result.receipt.index} ${result.receipt.token}`
      acknowledged.push({ id: event.id, subject, sequence, hash: result.hash, receipt })
    }
  }

  const reader = async (code: string): Promise<void> => {
    const client = clients.get(code)
    for await (const item of client?.follow({ waitSeconds: 1, limit: 200 }, readingStop.signal) ?? []) {
      read.get(code)?.push(toSeen(item))
    }
  }

  const sending = Promise.all(Array.from({ length: lanes }, (_unused, lane_) => lane(`subject-${lane_}`)))
  const reading = Promise.all(recipientCodes.map(reader))

  return {
    acknowledged,
    read,
    async finish(ms) {
      stop.abort()
      await sending
      const until = Date.now() + ms
      const behind = (): boolean => [...read.values()].some((seen) => seen.length < acknowledged.length)
      while (behind() && Date.now() < until) await pause(50)
      await pause(300) // What would come twice still may.
      readingStop.abort()
      await reading
    }
  }
}

/** Reads a recipient's whole inbox again from its beginning. */
export async function readWhole(client: Client): Promise<readonly SeenEvent[]> {
  const seen: SeenEvent[] = []
  let page = await client.page({ limit: 500 })
  while (page.events.length > 0) {
    for (const item of page.events) seen.push(toSeen(item))
    page = await client.page({ limit: 500, after: page.next })
  }
  return seen
}

function toSeen({ event }: InboxItem): SeenEvent {
  return { id: event.id, subject: event.subject, hash: eventHash(event as never) }
}

async function toEvent(sender: Client, subject: string, sequence: number): Promise<BusEvent> {
  const attachments: Attachment[] = []
  if (sequence % attachmentEvery === attachmentEvery - 1) {
    const bytes = randomBytes(attachmentBytes)
    attachments.push(await sender.attach(`tep-${sequence}.bin`, 'application/octet-stream', bytes))
  }
  return newEvent(sender.system, {
    type: 'document.issued.v1',
    subject,
    recipients: recipientCodes,
    data: { ...example, attachments: attachments as never }
  })
}

/** Tries until it works: the bus is killed under our feet, and says so or says nothing. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refused && error.problem.status < 500) throw error
      await pause(20)
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
