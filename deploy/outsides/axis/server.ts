import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Routing, routingOf } from './packages.ts'
import { type Account, type Caller, callerOf, isHashOf } from './signatures.ts'

/** An agency on the axis: `pcode` is the system that speaks for it. */
export interface AxisAgency {
  readonly code: string
  readonly pcode: string
  readonly name: string
  readonly locked?: boolean
}

/** A package on the axis, once for each recipient. */
export interface AxisDocument extends Omit<Routing, 'to'> {
  readonly docId: string
  readonly to: string
  readonly messageType: string
  readonly sentBy: string
  readonly createdAt: number
  readonly file: Buffer
  status: 'initial' | 'processing' | 'done' | 'fail'
}

export interface AxisServerOptions {
  readonly accounts: readonly Account[]
  readonly agencies: readonly AxisAgency[]
  readonly maxAgeMs?: number
  /** Asked before each request is answered; what it gives is answered instead. */
  readonly interfere?: (operation: string, response: ServerResponse) => Promise<boolean>
  /** Asked after a request was carried out, before it is answered. */
  readonly beforeAnswer?: (operation: string) => Promise<void>
}

export interface AxisServer {
  readonly port: number
  readonly agencies: AxisAgency[]
  readonly documents: AxisDocument[]
  /** Has a package on the axis as if a system had sent it. */
  add(file: Buffer, messageType?: string): readonly AxisDocument[]
  close(): Promise<void>
}

type Answer = Readonly<Record<string, unknown>>
const fine = { status: 'OK', ErrorCode: '0', ErrorDesc: 'Thành công' }
const texts: Readonly<Record<string, string>> = {
  '10': 'File không hợp lệ',
  '15': 'sai SystemId/SecretKey',
  '18': 'đơn vị nhận không tồn tại',
  '19': 'đơn vị gửi không đăng ký',
  '20': 'lỗi hệ thống',
  '22': 'định dạng edXML không đúng',
  '23': 'đơn vị nhận đã khóa'
}
const failed = (code: string): Answer => ({
  status: 'FAIL',
  ErrorCode: code,
  ErrorDesc: texts[code] ?? '',
  DocId: ''
})

/** The national document axis, as far as its clients see it. In memory. */
export async function openAxisServer(options: AxisServerOptions): Promise<AxisServer> {
  const { accounts, maxAgeMs = 300_000, interfere, beforeAnswer } = options
  const agencies = [...options.agencies]
  const documents: AxisDocument[] = []
  const codesOf = (systemId: string): readonly string[] =>
    agencies.filter(({ pcode }) => pcode === systemId).map(({ code }) => code)

  const add = (file: Buffer, messageType = 'edoc', sentBy = ''): readonly AxisDocument[] => {
    const routing = routingOf(file)
    if (!routing) return []
    const made = routing.to.map((to): AxisDocument => {
      const common = { docId: randomUUID(), messageType, sentBy, createdAt: Date.now(), file }
      return { ...routing, ...common, to, status: 'initial' }
    })
    documents.push(...made)
    return made
  }

  const operations: Readonly<Record<string, (caller: Caller, body: Buffer) => Answer>> = {
    getAgenciesList: () => ({
      ...fine,
      data: agencies.map(({ locked: _, ...one }) => ({ id: one.code, ...one }))
    }),
    registerAgency({ account }, body) {
      const { code, name } = JSON.parse(body.toString()) as AxisAgency
      if (!agencies.some((one) => one.code === code)) agencies.push({ code, name, pcode: account.systemId })
      return fine
    },
    sendEdoc({ account, header }, body) {
      const file = isHashOf(header('hash-file'), body) ? body : body.subarray(0, -2) // Its client adds a line end.
      if (!isHashOf(header('hash-file'), file)) return failed('10')
      const routing = routingOf(file)
      if (!routing || header('servicetype') !== 'eDoc') return failed('22')
      if (!codesOf(account.systemId).includes(routing.from) || routing.from !== header('from'))
        return failed('19')
      const recipients = routing.to.map((to) => agencies.find(({ code }) => code === to))
      if (recipients.length === 0 || recipients.includes(undefined)) return failed('18')
      if (recipients.some((one) => one?.locked)) return failed('23')
      const [made] = add(file, header('messagetype'), account.systemId)
      return { ...fine, DocId: made?.docId }
    },
    getReceivedEdocList({ account, header }) {
      const codes = codesOf(account.systemId)
      const found = documents.filter(
        (one) => codes.includes(one.to) && one.messageType === header('messagetype')
      )
      return {
        ...fine,
        data: found.filter(({ status }) => status !== 'done' && status !== 'fail').map(entryOf)
      }
    },
    getSentEdocList({ account, header }) {
      const found = documents.filter(
        ({ sentBy, messageType }) => sentBy === account.systemId && messageType === header('messagetype')
      )
      return { ...fine, data: found.map(sentEntryOf) }
    },
    getEdoc({ account, header }) {
      const found = documents.find((one) => one.docId === header('docId'))
      if (!found || !codesOf(account.systemId).includes(found.to)) return failed('10')
      return { ...fine, data: found.file.toString('base64') }
    },
    updateStatus({ account, header }) {
      const found = documents.find((one) => one.docId === header('docId'))
      if (!found || !codesOf(account.systemId).includes(found.to)) return failed('10')
      found.status = header('status') as AxisDocument['status']
      return fine
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = (request.url ?? '').split('/').at(-1) ?? ''
    const body = await buffer(request)
    if (await interfere?.(operation, response)) return
    const caller = callerOf(request.headers, accounts, maxAgeMs)
    const work = operations[operation]
    const result = caller ? (work?.(caller, body) ?? failed('20')) : failed('15')
    await beforeAnswer?.(operation)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    agencies,
    documents,
    add: (file, messageType) => add(file, messageType),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function timeOf(at: number): string {
  if (!Number.isFinite(at)) return ''
  return new Date(at + 7 * 3_600_000).toISOString().replace('T', ' ').replaceAll('-', '/').slice(0, 23)
}

function entryOf({ docId, messageType, createdAt, from, to, status }: AxisDocument): Answer {
  const times = { created_time: timeOf(createdAt), updated_time: timeOf(createdAt) }
  return { docId, serviceType: 'eDoc', messageType, ...times, from, to, status, status_desc: '' }
}

function sentEntryOf({
  docId,
  messageType,
  createdAt,
  from,
  to,
  status,
  title,
  notation
}: AxisDocument): Answer {
  return {
    ...{ serviceType: 'eDoc', messageType, fromCode: from, toCode: to, title, notation },
    ...{ senderDocId: docId, sentTime: timeOf(createdAt), sendStatus: status }
  }
}
