import { useTexts } from './i18n.js'
import { createContext, publicPath, useContext, useEffect, useState } from './lib.js'

/**
 * @typedef {object} Problem What the gateway answers to a request it refuses (RFC 9457).
 * @property {number} status
 * @property {string} title
 * @property {string} detail
 * @property {string} code
 * @property {string} [traceId]
 */

/**
 * @typedef {object} Session Who is logged in.
 * @property {{ id: string, name: string }} person
 * @property {readonly ('operator' | 'auditor' | 'reader')[]} roles
 * @property {string} [agency]
 * @property {string} csrf
 * @property {string} idleUntil
 * @property {string} until
 * @property {string} [acr]
 * @property {boolean} mayChange
 */

/** @typedef {{ session: Session, expired: () => void, reload: () => Promise<void> }} SessionValue */

export const SessionContext = createContext(/** @type {SessionValue | undefined} */ (undefined))

/** The session; pages are shown only within one. */
export function useSession() {
  const found = useContext(SessionContext)
  if (!found) throw new TypeError('no page is shown without a session')
  return found
}

/** A refusal, or no answer at all. */
export class Refusal extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.title)
    this.problem = problem
  }
}

/**
 * An answer that is no refusal. Throws a `Refusal`.
 * @param {string} path
 * @param {RequestInit & { language: string }} options
 */
export async function requestAnswer(path, { language, ...init }) {
  const headers = new Headers(init.headers)
  headers.set('accept-language', language)
  const response = await fetch(publicPath + path, { ...init, headers, credentials: 'same-origin' })
  if (response.ok) return response
  const { status, statusText } = response
  throw new Refusal(
    isJson(response) ? await response.json() : { status, title: statusText, detail: '', code: String(status) }
  )
}

/**
 * @param {string} path
 * @param {RequestInit & { language: string }} options
 * @returns {Promise<any>}
 */
export async function request(path, options) {
  const response = await requestAnswer(path, options)
  return isJson(response) ? response.json() : response.text()
}

/** @param {Response} response */
function isJson({ headers }) {
  return /^application\/(problem\+)?json/.test(headers.get('content-type') ?? '')
}

/**
 * All pages of a list.
 * @param {string} path
 * @param {RequestInit & { language: string }} options
 * @returns {Promise<{ items: any[] }>}
 */
export async function requestAll(path, options) {
  const items = []
  for (let after = ''; ; ) {
    const page = await request(`${path}${path.includes('?') ? '&' : '?'}limit=500${after}`, options)
    items.push(...page.items)
    if (page.next === undefined) return { items }
    after = `&after=${encodeURIComponent(page.next)}`
  }
}

/**
 * Asks the gateway. `data` is what it answered last; `error` why it did not.
 * @template [T=any]
 * @param {string | undefined} path undefined: nothing is asked.
 * @param {typeof request} [ask] `requestAll` for a whole list.
 * @returns {{ data?: T, error?: unknown, isLoading: boolean, reload: () => void }}
 */
export function useGet(path, ask = request) {
  const { language } = useTexts()
  const { expired } = useSession()
  const [answer, setAnswer] = useState(/** @type {{ path?: string, data?: T, error?: unknown }} */ ({}))
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === undefined) return undefined
    const leaving = new AbortController()
    ask(path, { language, signal: leaving.signal }).then(
      (data) => setAnswer({ path, data }),
      (error) => {
        if (leaving.signal.aborted) return
        if (isExpired(error)) expired()
        setAnswer({ path, error })
      }
    )
    return () => leaving.abort()
  }, [path, turn, language])
  const isAnswered = path !== undefined && answer.path === path
  return {
    ...(isAnswered && answer.data !== undefined ? { data: answer.data } : {}),
    ...(isAnswered && answer.error !== undefined ? { error: answer.error } : {}),
    isLoading: path !== undefined && !isAnswered,
    reload: () => setTurn(turn + 1)
  }
}

/**
 * Sends a change.
 * @returns {(path: string, body: object) => Promise<any>}
 */
export function useChange() {
  const { language } = useTexts()
  const { session, expired } = useSession()
  return async (path, body) => {
    try {
      return await request(path, {
        language,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        body: JSON.stringify(body)
      })
    } catch (error) {
      if (isExpired(error)) expired()
      throw error
    }
  }
}

/** @param {unknown} error */
export function isExpired(error) {
  return error instanceof Refusal && error.problem.status === 401
}

/** A path with the members of a query that have a value. @param {string} path @param {Record<string, string | undefined>} query */
export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString()
  return search === '' ? path : `${path}?${search}`
}
