import type { ConnectorIo, Session } from '../../connector.ts'
import { createHttpClient } from '../../shared-formats/http/http-client.ts'
import type { HttpAnswer } from '../../shared-formats/http/http-messages.ts'
import { checkStatus } from '../../shared-formats/http/peer-errors.ts'
import { createRecentMarks, type RecentMarks } from '../../shared-formats/marks/recent-marks.ts'
import type { RestSettings } from '../settings.ts'
import { createAuthenticate } from './authenticate.ts'
import { readTls } from './secrets.ts'

export interface ApiRequest {
  readonly method: string
  /** After `baseUrl`, query included. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body?: string | undefined
  /** Statuses that mean that the request can never be taken. */
  readonly refused?: readonly number[]
  /** Statuses that are no failure, apart from 2xx. */
  readonly accepted?: readonly number[]
}

/** The API of one instance, with its connections and its credentials. */
export interface RestSession extends Session {
  readonly settings: RestSettings
  readonly host: string
  /** What deliveries made outside. */
  readonly own: RecentMarks
  /** Logs a warning unless this session has given it already. */
  readonly warnOnce: (text: string, io: Pick<ConnectorIo, 'log'>) => void
  /** Rejects as `checkStatus` throws. */
  readonly ask: (request: ApiRequest, signal: AbortSignal) => Promise<HttpAnswer>
}

/** Connections to one server; the host bounds how many deliveries are in flight. */
const connections = 16
/** More than can be made between an answer and the transaction that stores its mark. */
const maxOwn = 1000

/** Reads secrets and certificates, and fetches a first token where the API wants one. */
export async function openSession(settings: RestSettings, signal: AbortSignal): Promise<RestSession> {
  const { baseUrl, timeoutMs, maxAnswerBytes, allowPlainHttp, allowPrivateAddresses, proxy } = settings
  const client = createHttpClient({
    timeoutMs,
    maxBytes: maxAnswerBytes,
    allowPlain: allowPlainHttp,
    allowPrivate: allowPrivateAddresses,
    connections,
    proxy,
    tls: await readTls(settings)
  })
  const { host } = new URL(baseUrl)
  const warned = new Set<string>()
  try {
    const authenticate = await createAuthenticate(settings.auth, client)
    await authenticate(signal)
    return {
      settings,
      host,
      own: createRecentMarks(maxOwn),
      warnOnce(text, { log }) {
        if (!warned.has(text)) log.warn({}, text)
        warned.add(text)
      },
      async ask({ method, path, headers = {}, body, refused = [], accepted = [] }, requestSignal) {
        const isTaken = (status: number): boolean =>
          (status >= 200 && status < 300) || accepted.includes(status)
        const answer = await client.send(
          {
            method,
            countsWithoutBody: method === 'GET' ? undefined : isTaken,
            url: baseUrl.replace(/\/+$/, '') + path,
            headers: merged([
              { accept: 'application/json' },
              body === undefined ? {} : { 'content-type': 'application/json' },
              settings.headers,
              headers,
              await authenticate(requestSignal)
            ]),
            body
          },
          requestSignal
        )
        if (!accepted.includes(answer.status)) checkStatus(answer, host, refused)
        return answer
      },
      close: client.close
    }
  } catch (error) {
    await client.close()
    throw error
  }
}

type Headers = Readonly<Record<string, string>>

/** Later headers replace earlier ones, however their names are written: sent twice, servers disagree which counts. */
function merged(all: readonly Headers[]): Headers {
  return Object.fromEntries(
    all.flatMap((headers) => Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  )
}
