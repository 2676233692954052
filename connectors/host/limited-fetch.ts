import { readFileSync } from 'node:fs'
import type { ConnectorIo } from '../connector.ts'
import { createHttpClient, type HttpClient } from '../shared-formats/http/http-client.ts'
import type { HttpAnswer, HttpRequest } from '../shared-formats/http/http-messages.ts'
import { checkStatus } from '../shared-formats/http/peer-errors.ts'
import type { InstanceSettings } from './instance-settings.ts'

export interface LimitedFetch {
  readonly fetchWithin: (signal: AbortSignal) => ConnectorIo['fetch']
  readonly close: () => Promise<void>
}

/** Connections to one server; the host bounds how many deliveries are in flight. */
const connections = 16
/** Answers that say how the instance stands with the outside, whatever was asked. */
const thrown = [401, 429, 503]
const withoutBody = [204, 205, 304]

/** `fetch` for kinds, within limits of time and size. Opens nothing before the first request. */
export function createLimitedFetch(network: InstanceSettings['network']): LimitedFetch {
  let client: HttpClient | undefined
  const open = (): HttpClient => {
    const { timeoutMs, maxAnswerBytes, allowPlainHttp, allowPrivateAddresses, proxy, authoritiesFile } =
      network
    return createHttpClient({
      ...{ timeoutMs, proxy, connections, maxBytes: maxAnswerBytes },
      allowPlain: allowPlainHttp,
      allowPrivate: allowPrivateAddresses,
      tls: authoritiesFile === undefined ? undefined : { ca: readFileSync(authoritiesFile, 'utf8') }
    })
  }
  return {
    fetchWithin: (signal) => async (input, init) => {
      client ??= open()
      const { signal: own, ...rest } = init ?? {}
      const request = await toRequest(input, rest)
      const limits = own && own !== signal ? AbortSignal.any([signal, own]) : signal
      return toResponse(await client.send(request, limits), request.url)
    },
    close: async () => client?.close()
  }
}

/** A `Request` costs as much as sending it: the usual ones are made without. */
async function toRequest(input: string | URL, init: RequestInit): Promise<HttpRequest> {
  const { method = 'GET', body = null } = init
  if (body !== null && typeof body !== 'string') {
    const made = new Request(input, init)
    const bytes = new Uint8Array(await made.arrayBuffer())
    return { method: made.method, url: made.url, headers: Object.fromEntries(made.headers), body: bytes }
  }
  const headers = new Headers(init.headers)
  if (body !== null && !headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8')
  const request = { method: method.toUpperCase(), url: String(input), headers: Object.fromEntries(headers) }
  return { ...request, body: body ?? undefined }
}

function toResponse(answer: HttpAnswer, url: string): Response {
  const { status, headers, body } = answer
  if (thrown.includes(status)) checkStatus(answer, new URL(url).host)
  return new Response(withoutBody.includes(status) ? null : new Uint8Array(body), { status, headers })
}
