import type { ConnectorIo } from '../connector.ts'
import { checkStatus } from '../shared-formats/http/peer-errors.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Statuses that are no failure, apart from 2xx. */
  readonly accepted?: readonly number[]
}

/** Asks the portal within the limits of the settings. Rejects as `io.fetch` and `checkStatus` do. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body, accepted = [] }: Ask,
  io: Pick<ConnectorIo, 'fetch' | 'signal'>
): Promise<Answer> {
  const init = { method, headers, signal: io.signal, ...(body === undefined ? {} : { body }) }
  const response = await io.fetch(url, { ...init, redirect: 'manual' })
  const answer = {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer())
  }
  if (!accepted.includes(answer.status)) {
    checkStatus({ ...answer, headers: Object.fromEntries(answer.headers) }, new URL(url).host)
  }
  return answer
}
