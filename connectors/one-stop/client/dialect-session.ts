import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Session } from '../../connector.ts'
import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { createRecentMarks, type RecentMarks } from '../../shared-formats/marks/recent-marks.ts'
import { parseObject, type Raw } from '../dialect/json.ts'
import { faults } from '../faults.ts'
import { createFileClient } from '../files/file-client.ts'
import type { ClientSettings, OneStopSettings } from '../settings.ts'

/** More than can be delivered between an answer and the transaction that stores its marks. */
const maxMarks = 2000

/** An answer without error, and the time at which the outside gave it, in milliseconds since the epoch. */
export interface Answer {
  readonly body: Raw
  readonly at: number
}

export type Service = 'DongBoHoSoMC' | 'CapNhatTienDoHoSoMC' | 'TraCuuHoSo' | 'LayThuTuc' | 'LayDanhSachTTHC'

/** An instance's session: without a login where it is only called. */
export interface OneStopSession extends Session {
  readonly dialect?: DialectSession
}

/** A login at a system that is called. */
export interface DialectSession {
  readonly settings: OneStopSettings & { readonly client: ClientSettings }
  /** For files behind links. */
  readonly files: HttpClient
  readonly recent: RecentMarks
  /** Logs in anew. Rejects with the fault `credentials`. */
  login(io: ConnectorIo): Promise<void>
  /**
   * Calls a service; logs in again where the session is not known any more. Rejects with the faults `refused`,
   * `answered`, `httpFailed`, `unreadable` and `credentials`, and as `io.fetch` does.
   */
  call(service: Service, content: object, io: ConnectorIo): Promise<Answer>
  close(): Promise<void>
}

const writing: readonly Service[] = ['DongBoHoSoMC', 'CapNhatTienDoHoSoMC']

export async function openDialectSession(
  settings: OneStopSettings & { readonly client: ClientSettings },
  io: ConnectorIo
): Promise<DialectSession> {
  const { client } = settings
  const { baseUrl, loginPath, syncPath, sharePath, user, password, headers, errorCodes } = client
  let session = ''
  let loggingIn: Promise<void> | undefined

  const post = async (path: string, content: object, { service, fetch, signal }: Post): Promise<Answer> => {
    const response = await fetch(baseUrl.replace(/\/+$/, '') + path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(content),
      signal
    })
    const text = await response.text()
    if (!response.ok) throw faults.httpFailed({ values: { service, status: response.status } })
    const at = Date.parse(response.headers.get('date') ?? '')
    return { body: parseObject(text), at: Number.isNaN(at) ? io.now() : at }
  }

  const logIn = async ({ fetch, signal }: ConnectorIo): Promise<void> => {
    const { body } = await post(loginPath, { username: user, password }, { service: 'login', fetch, signal })
    const code = errorCodeOf(body)
    if (code !== '0' || typeof body.session !== 'string') throw faults.credentials({ values: { code } })
    session = body.session
  }

  const login = async (one: ConnectorIo): Promise<void> => {
    loggingIn ??= logIn(one).finally(() => {
      loggingIn = undefined
    })
    try {
      await loggingIn
    } catch (error) {
      if (error instanceof BusError || one.signal.aborted) throw error
      await logIn(one) // The call that began it was ended, and the login with it.
    }
  }

  const attempt = (
    service: Service,
    content: object,
    { fetch, signal, agency }: ConnectorIo
  ): Promise<Answer> => {
    const path = writing.includes(service) ? syncPath : sharePath
    const madonvi = client.unitCode ?? agency
    return post(path, { session, madonvi, service, ...content }, { service, fetch, signal })
  }

  const files = createFileClient(settings.files)

  const opened: DialectSession = {
    settings,
    files,
    recent: createRecentMarks(maxMarks),
    login,
    async call(service, content, one) {
      const first = await attempt(service, content, one)
      const isKnown = !errorCodes.session.includes(errorCodeOf(first.body))
      if (!isKnown) await login(one)
      const answer = isKnown ? first : await attempt(service, content, one)
      const code = errorCodeOf(answer.body)
      if (code === '0') return answer
      const values = { service, code }
      if (errorCodes.session.includes(code)) throw faults.credentials({ values })
      throw errorCodes.refused.includes(code) ? faults.refused({ values }) : faults.answered({ values })
    },
    close: () => files.close()
  }
  try {
    await login(io)
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

interface Post {
  readonly service: string
  readonly fetch: ConnectorIo['fetch']
  readonly signal: AbortSignal
}

/** An answer that does not say that it is one of the dialect is no success. */
function errorCodeOf({ error_code: code }: Raw): string {
  if (typeof code === 'number' || typeof code === 'string') return String(code).slice(0, 40)
  throw faults.unreadable({ values: { problem: 'it has no error_code' } })
}
