import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pause } from '#protocol/timing/retry.ts'
import type { KitOutside, OutsideCall, OutsideFailure, RecordToAdd, ReportedOutcome } from './define-kit.ts'

/** A record as the small outside gives it. `seq` is another after each change. */
export interface SmallRecord {
  readonly id: number
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly about: string
  readonly text?: string
  /** Its writer has not finished. */
  readonly draft?: true
  /** The `Idempotency-Key` of one that was posted. */
  readonly origin?: string
}

export type SmallOutside = Omit<KitOutside, 'settings'> & { readonly port: number }

const statuses = { busy: 429, unavailable: 503, credentials: 401 } as const
/** A record is written for so long, and until it was listed: a bus on a busy machine asks rarely. */
const writingMs = 1500
const writingWaits = 600
/** Not the number of any record. */
const forgedId = 999_999_999
const filler = 'nội dung '.repeat(60)

/**
 * A small server such as agencies have. `GET /records?after=&since=&limit=` gives records by `seq`, but not those of
 * which an outcome was told; `POST /records` takes one, once for each `Idempotency-Key`, and lists it as well;
 * `GET /records/<key>` finds it by that key; `POST /outcomes` is told what became of one. Its calls carry a list of
 * records, and its HMAC in `X-Signature`.
 */
export async function openSmallOutside({
  secret,
  first
}: {
  readonly secret: string
  readonly first: number
}): Promise<SmallOutside> {
  const records: SmallRecord[] = []
  const delivered = new Map<string, SmallRecord>()
  const arrived: string[] = []
  const attempts: number[] = []
  const reported = new Map<string, ReportedOutcome>()
  const hidden = new Set<number>()
  let failure: OutsideFailure | undefined
  let next = first
  let answerDelayMs = 0
  /** Times that its records were listed. */
  let lists = 0

  const make = ({ key, bad = false }: RecordToAdd, id = next, origin?: string): SmallRecord => {
    const text = bad ? {} : { text: `${key} ${filler}` }
    const record = { id, seq: next, at: Date.now(), about: key, ...text, ...(origin && { origin }) }
    next += 1
    return record
  }
  const add = (record: RecordToAdd, id?: number, origin?: string): SmallRecord => {
    const made = make(record, id, origin)
    records.push(made)
    return made
  }

  const take = (idempotencyKey: string, about: string): SmallRecord => {
    const known = delivered.get(idempotencyKey)
    if (known) return known
    arrived.push(about)
    const made = add({ key: about }, next, idempotencyKey)
    delivered.set(idempotencyKey, made)
    return made
  }

  const matching = (query: URLSearchParams): readonly SmallRecord[] => {
    const after = Number(query.get('after') ?? 0)
    const since = Number(query.get('since') ?? 0)
    return records
      .filter(({ seq, at }) => seq > after && at >= since && !hidden.has(seq))
      .slice(0, Number(query.get('limit') ?? 100))
  }

  const answerTo = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://outside')
    const body = await text(request)
    const isDelivery = request.method === 'POST' && pathname === '/records'
    if (isDelivery) attempts.push(performance.now())
    if (failure !== undefined && failure !== 'refuses') return [statuses[failure], {}]
    if (request.headers.authorization !== `Bearer ${secret}`) return [401, {}]
    if (isDelivery && failure === 'refuses') return [422, {}]
    if (isDelivery) {
      const made = take(String(request.headers['idempotency-key']), JSON.parse(body).about)
      await pause(answerDelayMs)
      return [201, made]
    }
    if (pathname === '/records') {
      lists += 1
      return [200, matching(searchParams)]
    }
    if (pathname === '/outcomes') {
      const { seq, quarantined } = JSON.parse(body) as { readonly seq: number; readonly quarantined: boolean }
      const key = records.find((one) => one.seq === seq)?.about ?? ''
      reported.set(key, { key, quarantined })
      hidden.add(seq)
      return [200, {}]
    }
    const found = delivered.get(decodeURIComponent(pathname.slice('/records/'.length)))
    return found ? [200, found] : [404, {}]
  }

  const server = createServer(async (request, response) => {
    const [status, value] = await answerTo(request)
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-newest': String(next - 1),
      ...(status === 429 ? { 'retry-after': '5' } : {})
    })
    response.end(JSON.stringify(value))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    add: async (some) => some.forEach((one) => void add(one)),
    async edit(key) {
      const old = records.find(({ about }) => about === key)
      add({ key }, old?.id)
    },
    async addSlowly(key) {
      const whole = add({ key })
      const { text: _, ...begun } = whole
      const at = records.indexOf(whole)
      records[at] = { ...begun, draft: true }
      const before = lists
      await pause(writingMs)
      for (let waits = 0; lists <= before && waits < writingWaits; waits += 1) await pause(100)
      records[at] = whole
    },
    call: async (record) => callAbout(record.bad ? make(record) : add(record), secret),
    forge: async (key) => [
      callAbout({ id: forgedId, seq: forgedId, at: Date.now(), about: key, text: key }, 'guessed')
    ],
    again: async () => hidden.clear(),
    arrived: async () => arrived,
    attempts: () => attempts,
    setAnswerDelay(ms) {
      answerDelayMs = ms
    },
    reported: async () => [...reported.values()],
    fail(how) {
      failure = how
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function callAbout(record: SmallRecord, secret: string): OutsideCall {
  const body = JSON.stringify([record])
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return { headers: { 'content-type': 'application/json', 'x-signature': signature }, body }
}
