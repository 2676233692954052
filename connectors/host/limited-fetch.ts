import { readFileSync } from 'node:fs'
import type { ConnectorIo } from '../connector.ts'
import { createHttpClient, type HttpClient } from '../shared-formats/http/http-client.ts'
import type { HttpAnswer } from '../shared-formats/http/http-messages.ts'
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
      const { method, url, headers, body } = new Request(input, init)
      const request = {
        ...{ method, url, headers: Object.fromEntries(headers) },
        body: body === null ? undefined : new Uint8Array(await new Response(body).arrayBuffer())
      }
      const limits = AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])])
      return toResponse(await client.send(request, limits), new URL(url).host)
    },
    close: async () => client?.close()
  }
}

function toResponse(answer: HttpAnswer, host: string): Response {
  const { status, headers, body } = answer
  if (thrown.includes(status)) checkStatus(answer, host)
  return new Response(withoutBody.includes(status) ? null : new Uint8Array(body), { status, headers })
}
