import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exampleDocument } from '#tests/faults/load.ts'
import type { Behaviour, OutsideRequest, Seen } from './outside.ts'

/**
 * The process of the outsides: `/<instance>/items?after=&limit=`, `/<instance>/acknowledged` and
 * `/<instance>/deliveries`; any other path is an API without records.
 */
const outsides = new Map<string, { behaviour: Behaviour; seen: Writable<Seen> }>()

type Writable<T> = { -readonly [K in keyof T]: T[K] } & { arrivals: [id: string, at: number][] }

const now = (): number => performance.timeOrigin + performance.now()

function outsideOf(name: string) {
  const known = outsides.get(name) ?? { behaviour: {}, seen: blank() }
  outsides.set(name, known)
  return known
}

function blank(): Writable<Seen> {
  const counts = { acknowledged: 0, acknowledgedAt: 0, deliveries: 0, polls: 0 }
  return { itemsAt: undefined, deliveredAt: undefined, arrivals: [], ...counts }
}

/** Items as text: making them must cost less than taking them. */
const [head = '', tail = ''] = JSON.stringify({ ...exampleDocument, documentId: '@documentId@' }).split(
  '@documentId@'
)

function itemText(id: number): string {
  const subject = `item-${id}`
  return `{"id":${id},"subject":"${subject}","data":${head}${subject}${tail}}`
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

function giveItems(response: ServerResponse, name: string, query: URLSearchParams): void {
  const { behaviour, seen } = outsideOf(name)
  const after = Number(query.get('after'))
  const last = Math.min(behaviour.items ?? 0, after + Number(query.get('limit')))
  const items: string[] = []
  for (let id = after + 1; id <= last; id += 1) items.push(itemText(id))
  if (items.length > 0) seen.itemsAt ??= now()
  answer(response, 200, `[${items.join(',')}]`)
}

async function takeDelivery(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const body = await text(request)
  const { behaviour, seen } = outsideOf(name)
  const { delayMs = 0, status = 201, timed = false } = behaviour
  if (delayMs === Number.POSITIVE_INFINITY) return
  const at = now()
  seen.deliveries += 1
  seen.deliveredAt ??= at
  if (timed) seen.arrivals.push([(JSON.parse(body) as { readonly id: string }).id, at])
  if (delayMs === 0) answer(response, status, '{}')
  else setTimeout(() => answer(response, status, '{}'), delayMs)
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://outside')
  const [, name = '', what] = pathname.split('/')
  if (what === 'deliveries') return takeDelivery(request, response, name)
  const { seen } = outsideOf(name)
  if (what === 'acknowledged') {
    request.resume()
    seen.acknowledged += 1
    seen.acknowledgedAt = now()
    return answer(response, 200, '{}')
  }
  seen.polls += 1
  if (what === 'items') return giveItems(response, name, searchParams)
  answer(response, 200, '{"records":[]}')
})

process.on('message', (request: OutsideRequest) => {
  const outside = outsideOf(request.name)
  if ('behaviour' in request) {
    outside.behaviour = request.behaviour
    outside.seen = blank()
  }
  process.send?.(outside.seen)
})
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
