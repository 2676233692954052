import { randomBytes } from 'node:crypto'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import type { InboxItem } from '#client/inbox.ts'
import { newEvent } from '#client/new-event.ts'
import type { Attachment } from '#client/upload.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { exampleData } from '../helpers/example-data.ts'
import type { Acknowledged, History, Reading, SeenEvent } from './history.ts'
import { recipientCodes } from './province.ts'

/** What a document says. */
export const exampleDocument = exampleData('document/issued.v1')

const attachmentBytes = 65_536

/** Sends and reads under load while the bus comes and goes, and keeps what it saw. */
export interface Load {
  readonly acknowledged: Acknowledged[]
  /** When each of them was, by `performance.now()`. */
  readonly acknowledgedAt: number[]
  /** When the request that was answered so was begun. */
  readonly requestedAt: number[]
  /** The events as they were sent, by id; empty unless `keepsEvents`. */
  readonly sent: ReadonlyMap<string, BusEvent>
  /** What attempts came to nothing with, and how often. */
  readonly refusals: ReadonlyMap<string, number>
  /** What each recipient has read by its cursor, in order. */
  readonly read: ReadonlyMap<string, SeenEvent[]>
  /** Ends all readers in the middle of what they do; new ones go on from their cursors. */
  restartReaders(): void
  /** Counts refusals anew, those of attempts under way not among them. */
  forgetRefusals(): void
  /**
   * Lets every lane finish the event in hand, then reads until all is read or
   * `ms` have passed. Rejects where that long is not enough for what is in hand.
   */
  finish(ms: number): Promise<void>
}

export interface LoadOptions {
  /** Who receives each event; by default the three of the province. */
  readonly recipients?: readonly string[]
  /** Awaited before each event. */
  readonly gate?: () => Promise<void>
  /** A recipient that does not read while the load runs. */
  readonly sleeping?: string
  /** How long after it is written each event expires, milliseconds. */
  readonly expiresInMs?: number
  /** Subjects, each sent in order by a lane of its own. */
  readonly lanes?: number
  /** Events all lanes together send at the most; without it each sends when its last is acknowledged. */
  readonly perSecond?: number
  /** One event of a subject in so many lists an attachment of its own. */
  readonly attachmentEvery?: number
  /** Whether senders wait as long as they are asked to before they try again. */
  readonly isPatient?: boolean
  readonly keepsEvents?: boolean
}

export function startLoad(
  clients: ReadonlyMap<string, Client>,
  sender: Client,
  options: LoadOptions = {}
): Load {
  const { sleeping, lanes = 20, perSecond = Number.POSITIVE_INFINITY, recipients = recipientCodes } = options
  const stop = new AbortController()
  const readingStop = new AbortController()
  let readers = new AbortController()
  const acknowledged: Acknowledged[] = []
  const acknowledgedAt: number[] = []
  const requestedAt: number[] = []
  const sent = new Map<string, BusEvent>()
  let refusals = new Map<string, number>()
  const awake = recipients.filter((code) => code !== sleeping)
  const read = new Map<string, SeenEvent[]>(awake.map((code) => [code, []]))

  /** Tries until it works: the bus goes away under our feet, and says why or says nothing. */
  const persist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const counted = refusals
      try {
        return await work()
      } catch (error) {
        const code = toCode(error)
        counted.set(code, (counted.get(code) ?? 0) + 1)
        if (error instanceof GatewayError && error.problem.status < 500 && error.problem.status !== 401)
          throw error
        await pause(options.isPatient ? jittered(error) : 20)
      }
    }
  }

  const lane = async (subject: string): Promise<void> => {
    for (let sequence = 0; !stop.signal.aborted; sequence += 1) {
      await options.gate?.()
      const dueAt = performance.now() + (lanes * 1000) / perSecond
      const event = await persist(() => toEvent(sender, { subject, sequence }, options))
      if (options.keepsEvents) sent.set(event.id, event)
      let begunAt = 0
      const result = await persist(async () => {
        begunAt = performance.now()
        return (await sender.publish(event))[0]
      })
      if (!result?.hash || !result.receipt) throw new TypeError(`not accepted: ${JSON.stringify(result)}`)
      const receipt = `${result.receipt.index} ${result.receipt.token}`
      acknowledged.push({ id: event.id, subject, sequence, hash: result.hash, receipt })
      acknowledgedAt.push(performance.now())
      requestedAt.push(begunAt)
      await pause(Math.max(0, dueAt - performance.now()))
    }
  }

  const reader = async (code: string): Promise<void> => {
    const client = clients.get(code)
    let after: string | undefined
    const readOn = async (): Promise<void> => {
      const inbox = { after, waitSeconds: 1, limit: 200 }
      const signal = AbortSignal.any([readingStop.signal, readers.signal])
      for await (const item of client?.follow(inbox, signal) ?? []) {
        read.get(code)?.push(toSeen(item))
        after = item.cursor
      }
    }
    while (!readingStop.signal.aborted) await persist(readOn)
  }

  const sending = Promise.all(Array.from({ length: lanes }, (_unused, lane_) => lane(`subject-${lane_}`)))
  const reading = Promise.all(awake.map(reader))

  return {
    acknowledged,
    acknowledgedAt,
    requestedAt,
    sent,
    get refusals() {
      return refusals
    },
    read,
    restartReaders() {
      readers.abort()
      readers = new AbortController()
    },
    forgetRefusals() {
      refusals = new Map()
    },
    async finish(ms) {
      stop.abort()
      await endedWithin(sending, ms, 'senders have no answer')
      const until = Date.now() + ms
      const behind = (): boolean => [...read.values()].some((seen) => seen.length < acknowledged.length)
      while (behind() && Date.now() < until) await pause(50)
      await pause(300) // What would come twice still may.
      readingStop.abort()
      await endedWithin(reading, ms, 'readers have no answer')
    }
  }
}

/** Reads a recipient's whole inbox again from its beginning. */
export async function readWhole(client: Client): Promise<readonly SeenEvent[]> {
  const seen: SeenEvent[] = []
  const read = (after?: string) => again(() => client.page({ limit: 500, ...(after ? { after } : {}) }))
  let page = await read()
  while (page.events.length > 0) {
    for (const item of page.events) seen.push(toSeen(item))
    page = await read(page.next)
  }
  return seen
}

/** A connection that was idle may be closed just as it is used. */
async function again<T>(read: () => Promise<T>, times = 5): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (times === 0 || !(error instanceof GatewayError) || error.problem.status < 500) throw error
    await pause(200)
    return again(read, times - 1)
  }
}

/** What was acknowledged and read: by the cursors of the readers, and again from the beginning. */
export async function historyOf(
  load: Load,
  clients: ReadonlyMap<string, Client>,
  recipients: readonly string[] = recipientCodes
): Promise<History> {
  const byCursor = [...load.read].map(([recipient, seen]): Reading => ({ recipient, seen }))
  const whole: Reading[] = []
  for (const recipient of recipients) {
    const client = clients.get(recipient)
    whole.push({ recipient, seen: client ? await readWhole(client) : [] })
  }
  return { acknowledged: load.acknowledged, readings: [...byCursor, ...whole] }
}

function toSeen({ event }: InboxItem): SeenEvent {
  return { id: event.id, subject: event.subject, hash: eventHash(event as never) }
}

async function toEvent(
  sender: Client,
  { subject, sequence }: Pick<Acknowledged, 'subject' | 'sequence'>,
  { expiresInMs, attachmentEvery = 10, recipients = recipientCodes }: LoadOptions
): Promise<BusEvent> {
  const attachments: Attachment[] = []
  if (sequence % attachmentEvery === attachmentEvery - 1) {
    const bytes = randomBytes(attachmentBytes)
    attachments.push(await sender.attach(`tep-${sequence}.bin`, 'application/octet-stream', bytes))
  }
  const event = newEvent(sender.system, {
    type: 'document.issued.v1',
    subject,
    recipients,
    data: {
      ...exampleDocument,
      documentId: subject,
      from: { ...(exampleDocument.from as JsonObject), organId: agencyOf(sender.system) },
      attachments: attachments as never
    }
  })
  if (expiresInMs === undefined) return event
  return { ...event, expirytime: new Date(Date.parse(event.time) + expiresInMs).toISOString() }
}

/** They try again for ever, and the bus may be gone for good. */
async function endedWithin(work: Promise<unknown>, ms: number, otherwise: string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new TypeError(`${otherwise} after ${ms} ms`)), ms)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** From half of what the gateway asks to wait up to all of it. */
function jittered(error: unknown): number {
  const askedMs = error instanceof GatewayError ? (error.waitMs ?? 1000) : 1000
  return askedMs * (0.5 + Math.random() / 2)
}

/** The status and code of a request that did not succeed. */
function toCode(error: unknown): string {
  return error instanceof GatewayError ? `${error.problem.status} ${error.code}` : String(error)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
