import type { DialectRecord } from './one-stop-server.ts'

/**
 * The half of a one-stop system that calls another one, in the national sync dialect as it is described in public:
 * it logs in, calls services in its session, and logs in again when that is over. For tests and the demo; it shares no
 * code with the connector.
 */
export interface OneStopCallerOptions {
  readonly user: string
  readonly password: string
  /** Sent as `madonvi`. */
  readonly unit: string
}

export interface OneStopCaller {
  /** A new session. Rejects without one. */
  login(address: string): Promise<string>
  /** Calls a service; rejects where no answer makes sense. */
  call(address: string, service: string, content: DialectRecord): Promise<DialectRecord>
}

/** `error_code` of a session that is over. */
const sessionOver = 401
const timeoutMs = 5000

export function createOneStopCaller({ user, password, unit }: OneStopCallerOptions): OneStopCaller {
  let session: string | undefined

  const login = async (address: string): Promise<string> => {
    const answer = await post(`${address}/login`, { username: user, password })
    if (typeof answer.session !== 'string') throw new TypeError(`no session: ${JSON.stringify(answer)}`)
    return answer.session
  }
  return {
    login,
    async call(address, service, content) {
      session ??= await login(address)
      const answer = await post(`${address}/mapi/g`, { session, madonvi: unit, service, ...content })
      if (answer.error_code !== sessionOver) return answer
      session = undefined
      throw new TypeError('the session is over')
    }
  }
}

async function post(url: string, body: DialectRecord): Promise<DialectRecord> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs)
  })
  const answer = (await response.json()) as DialectRecord
  if (typeof answer.error_code !== 'number') throw new TypeError(`status ${response.status}`)
  return answer
}
