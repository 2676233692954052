import { Readable } from 'node:stream'
import { createHttpClient, type HttpClient } from '../../shared-formats/http/http-client.ts'
import type { HttpAnswer } from '../../shared-formats/http/http-messages.ts'
import { checkStatus } from '../../shared-formats/http/peer-errors.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { faults } from '../faults.ts'
import type { AxisSettings } from '../settings.ts'
import { signedHeaders } from './axis-headers.ts'
import { readSecret, readText } from './secrets.ts'

/** What the axis answers: more members for some operations. */
export interface AxisAnswer {
  readonly status: string
  readonly ErrorCode: string
  readonly ErrorDesc?: string
  readonly DocId?: string
  readonly data?: unknown
}

export interface AxisRequest {
  /** Headers without their prefix. */
  readonly values: Readonly<Record<string, string>>
  /** Default: an empty object. */
  readonly body?: string | AsyncIterable<string>
  /** Bytes of a body that is not in memory. */
  readonly length?: number
  readonly contentType?: string
  readonly maxBytes?: number
}

/** The operations of an axis. */
export interface AxisApi {
  readonly host: string
  /** Rejects with what the error code of the axis means: credentials, never to be sent again, or later. */
  ask(operation: string, request: AxisRequest, signal: AbortSignal): Promise<AxisAnswer>
  close(): Promise<void>
}

/** The axis has no pages: some 20,000 packages. */
const maxListBytes = 6_291_456
/** A package is in an answer in base64. */
export const maxPackageAnswerBytes = Math.ceil((maxPackageBytes * 4) / 3) + 65_536
const connections = 8

/** Codes for which sending the same again is of no use: file invalid, unknown or locked recipient or sender. */
const never = ['10', '18', '19', '21', '22', '23']
const credentials = '15'

export async function openAxisApi(settings: AxisSettings): Promise<AxisApi> {
  const { endpoint, systemId, timeoutMs, allowPlainHttp, allowPrivateAddresses, proxy } = settings
  const { authoritiesFile } = settings
  const account = { systemId, secret: await readSecret(settings, 'axis.secret') }
  const client = createHttpClient({
    ...{ timeoutMs, connections, proxy, maxBytes: maxPackageAnswerBytes },
    allowPlain: allowPlainHttp,
    allowPrivate: allowPrivateAddresses,
    tls:
      authoritiesFile === undefined
        ? undefined
        : { ca: await readText(authoritiesFile, 'axis.authoritiesFile') }
  })
  const { host } = new URL(endpoint)
  return {
    host,
    async ask(operation, request, signal) {
      const answer = await send(
        client,
        { url: `${endpoint.replace(/\/$/, '')}/${operation}`, account, request },
        signal
      )
      return checkedAnswer(answer, host)
    },
    close: () => client.close()
  }
}

interface Sent {
  readonly url: string
  readonly account: Parameters<typeof signedHeaders>[1]
  readonly request: AxisRequest
}

function send(client: HttpClient, { url, account, request }: Sent, signal: AbortSignal): Promise<HttpAnswer> {
  const { values, body = '{}', contentType = 'application/json', maxBytes = maxListBytes, length } = request
  const headers = {
    ...signedHeaders({ 'Content-Type': contentType, ...values }, account, Date.now()),
    'content-type': contentType,
    ...(length === undefined ? {} : { 'content-length': String(length) })
  }
  const sent = typeof body === 'string' ? body : Readable.from(bytesOf(body))
  return client.send({ method: 'POST', url, headers, body: sent, maxBytes }, signal)
}

async function* bytesOf(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const chunk of text) yield Buffer.from(chunk)
}

/** An axis that refuses says so in its answer, with one status or another. */
function checkedAnswer(answer: HttpAnswer, host: string): AxisAnswer {
  const read = parsed(answer.body)
  if (!read) {
    checkStatus(answer, host)
    throw faults.axisUnreadable({ values: { host } })
  }
  const { status, ErrorCode: code } = read
  if (status === 'OK' && code === '0') return read
  const values = { host, code: code.slice(0, 20), problem: shown(read.ErrorDesc) }
  if (code === credentials || answer.status === 401) throw faults.axisDenied({ values })
  if (never.includes(code)) throw faults.axisRefused({ values })
  checkStatus(answer, host)
  throw faults.axisFailed({ values })
}

function parsed(body: Buffer): AxisAnswer | undefined {
  try {
    const value = JSON.parse(body.toString()) as AxisAnswer | null
    const isAnswer =
      typeof value?.status === 'string' && ['string', 'number'].includes(typeof value.ErrorCode)
    return isAnswer ? { ...value, ErrorCode: String(value.ErrorCode) } : undefined
  } catch {
    return undefined // A proxy on the way may answer with a page.
  }
}

/** Texts of an axis that say what is wrong, and may repeat what was sent, at a length that a log bears. */
function shown(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, 200) : ''
}
