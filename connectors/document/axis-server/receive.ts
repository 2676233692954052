import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, OutboundEvent, Received } from '../../connector.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { packageOf } from '../map/package-of.ts'
import { type Reading, toItem } from '../poll.ts'
import type { AxisServerSettings } from '../settings.ts'
import { axisTimestamp, isHashOf, readAxisTimestamp, verifiedHeaders } from '../transport/axis-headers.ts'
import { readSecret, readText } from '../transport/secrets.ts'
import { axisCodes, codeOf, failed, fine, fineWith } from './answers.ts'

export interface Asked {
  readonly settings: AxisServerSettings
  readonly reading: Reading
  readonly io: ConnectorIo
}

/** A verified request. */
interface Call extends Asked {
  readonly header: (name: string) => string
  readonly request: Request
}

/** The line end that the official client writes after a file. */
const lineEnd = Buffer.from('\r\n')
export const maxSentBytes = maxPackageBytes + lineEnd.length
const maxRegistrationBytes = 65_536
/** More than a document system collects at once; the rest is listed once these are collected. */
const maxListed = 1000
const atOnce = 50

/** Answers a document system as the axis would. Nothing is read of a request that its system has not signed. */
export async function receive(request: Request, asked: Asked): Promise<Received> {
  const header = await verify(request, asked)
  if (header instanceof Response) return answered(header)
  const operation = new URL(request.url).pathname.split('/').at(-1) ?? ''
  const call = { ...asked, header, request }
  try {
    if (operation === 'sendEdoc') return await takePackage(call)
    const answer = Object.hasOwn(operations, operation) ? operations[operation] : undefined
    return answered(answer ? await answer(call) : unknownOperation(operation))
  } catch (error) {
    if (!(error instanceof BusError) || asked.io.signal.aborted) throw error
    return answered(failed(codeOf(error), error.text('vi')))
  }
}

function answered(response: Response): Received {
  return { items: [], respond: () => response }
}

/** Reads the signed headers; or the answer to a request that nobody of ours signed, or signed too long ago. */
async function verify(
  { headers }: Request,
  { settings, io }: Asked
): Promise<((name: string) => string) | Response> {
  const { systemId, maxAgeSeconds, formerSecretFile } = settings
  const secrets = [await readSecret(settings, 'axisServer.secret')]
  if (formerSecretFile !== undefined) {
    const former = (await readText(formerSecretFile, 'axisServer.formerSecretFile')).trim()
    if (former !== '') secrets.push(former)
  }
  const [values] = secrets.flatMap((secret) => verifiedHeaders(headers, { systemId, secret }) ?? [])
  if (!values) {
    return failed(
      axisCodes.notAuthenticated,
      'Chữ ký của yêu cầu không hợp lệ: kiểm tra SystemId và SecretKey.'
    )
  }
  const at = readAxisTimestamp(values.get('timestamp') ?? '')
  if (at === undefined || Math.abs(io.now() - at) > maxAgeSeconds * 1000) {
    const text = `Thời điểm ký (timestamp) lệch quá ${maxAgeSeconds} giây so với đồng hồ của trục: kiểm tra đồng hồ và ký lại yêu cầu.`
    return failed(axisCodes.notAuthenticated, text)
  }
  return (name) => values.get(name.toLowerCase()) ?? ''
}

/** The same bytes are the same item, so that a request sent again makes no second event, and has the same DocId. */
async function takePackage({ header, request, reading, io }: Call): Promise<Received> {
  if (header('from') !== io.agency) {
    return answered(failed(axisCodes.senderUnknown, `Đơn vị gửi phải là ${io.agency}.`))
  }
  const sent = await readBody(request, { limit: maxSentBytes, signal: io.signal })
  const bytes = withHash(sent, header('hash-file'))
  if (!bytes) return answered(failed(axisCodes.fileInvalid, 'Nội dung gói tin không khớp hash-file.'))
  const docId = createHash('sha256').update(bytes).digest('hex')
  const item = await toItem({ reference: docId, bytes }, reading, io)
  if ('fault' in item) return answered(failed(codeOf(item.fault), item.fault.text('vi')))
  return {
    items: [item],
    respond([result]) {
      if (typeof result !== 'object') return fine({ DocId: docId })
      return failed(codeOf(result.quarantined), result.quarantined.text('vi'))
    }
  }
}

/** The file in a body: the whole of it, or without the line end of the official client. */
function withHash(sent: Buffer, hash: string): Buffer | undefined {
  const whole = sent.subarray(-lineEnd.length).equals(lineEnd)
    ? [sent.subarray(0, -lineEnd.length), sent]
    : [sent]
  return whole.find((bytes) => isHashOf(hash, createHash('sha256').update(bytes).digest()))
}

async function readBody(
  request: Request,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal }
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    signal.throwIfAborted()
    size += chunk.length
    if (size > limit) throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit } })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function codeIn(body: Buffer): string {
  try {
    const value = JSON.parse(body.toString()) as { readonly code?: unknown } | null
    return String(value?.code ?? '')
  } catch {
    return '' // No agency has it.
  }
}

const operations: Readonly<Record<string, (call: Call) => Promise<Response>>> = {
  getAgenciesList: async (call) => fine({ data: unitsOf(call) }),
  getAgenciesListQD20: async (call) =>
    fine({ data: unitsOf(call).map((unit) => ({ ...unit, code102: unit.code })) }),
  getSynchronizeUnit: async (call) =>
    fine({
      data: unitsOf(call).map((unit) => ({
        ...unit,
        version: 1,
        centerCode: '',
        deleted: false,
        modifyDate: '',
        isAgency: true
      }))
    }),

  /** Agencies are registered on the bus by its operators. */
  async registerAgency({ settings, request, io }) {
    const code = codeIn(await readBody(request, { limit: maxRegistrationBytes, signal: io.signal }))
    const known = [io.agency, ...settings.agencies.map((one) => one.code)]
    return known.includes(code) ? fine() : failed(axisCodes.senderUnknown, 'Đơn vị do quản trị trục đăng ký.')
  },

  async getReceivedEdocList({ header, io }) {
    const type = header('messagetype')
    const found = await listWaiting(io)
    return fine({ data: found.filter(({ messageType }) => type === '' || messageType === type) })
  },

  async getEdoc({ header, io }) {
    const found = await io.waitingEvent(header('docId'))
    return found
      ? fineWith(packageOf(found, io).open())
      : failed(axisCodes.fileInvalid, 'Không có gói tin với docId này.')
  },

  /** A package that its recipient could not take stays listed, so that it is not lost. */
  async updateStatus({ header, io }) {
    const [docId, status] = [header('docId'), header('status')]
    if (!['processing', 'done', 'fail'].includes(status)) {
      return failed(axisCodes.fileInvalid, 'status phải là processing, done hoặc fail.')
    }
    if (status === 'done') await io.collected([docId])
    if (status === 'fail') {
      io.log.warn(
        { docId: docId.slice(0, 64) },
        'the document system could not take a package; it stays listed for it'
      )
    }
    return fine()
  }
}

/** Events may have a megabyte each: only some are in memory at a time. */
async function listWaiting(io: ConnectorIo) {
  const found: ReturnType<typeof entryOf>[] = []
  for (let after: string | undefined; found.length < maxListed; after = found.at(-1)?.docId) {
    const some = await io.waiting(after, atOnce)
    found.push(...some.map((one) => entryOf(one, io.agency)))
    if (some.length < atOnce) break
  }
  return found
}

function unknownOperation(operation: string): Response {
  return failed(
    axisCodes.failed,
    `Trục không có chức năng ${operation.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 40)}.`
  )
}

function unitsOf({ settings: { agencies, systemId }, io }: Call) {
  const own = agencies.some(({ code }) => code === io.agency) ? [] : [{ code: io.agency, name: io.agency }]
  return [...own, ...agencies].map(({ code, name, ...more }) => {
    return { id: code, pid: systemId, code, name, mail: 'mail' in more ? more.mail : '' }
  })
}

function entryOf({ event, hash, recordedTime }: OutboundEvent, to: string) {
  const time = timeOf(recordedTime)
  const messageType = event.type === 'document.status-changed.v1' ? 'status' : 'edoc'
  return {
    ...{ docId: hash, serviceType: 'eDoc', messageType, created_time: time, updated_time: time },
    ...{ from: event.source.split('/')[2] ?? '', to, status: 'initial', status_desc: '' }
  }
}

/** The time in Việt Nam, `yyyy/MM/dd HH:mm:ss`. */
function timeOf(instant: string): string {
  const [, day, month, year, hour, minute, second] =
    /^(..)(..)(....)T(..)(..)(..)/.exec(axisTimestamp(Date.parse(instant))) ?? []
  return `${year}/${month}/${day} ${hour}:${minute}:${second}`
}
