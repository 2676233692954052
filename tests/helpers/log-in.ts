import { signLink } from '#protocol/trust/login-link.ts'
import { keyFiles, readKey, type StoredKey } from '#runtime/keyring.ts'
import { type Answer, openBrowser } from './browser.ts'
import type { TestBus } from './test-bus.ts'

/** A person in a session of the console. */
export interface LoggedIn {
  /** The session's cookie. */
  readonly cookie: string
  send(method: string, path: string, body?: string): Promise<Answer>
}

export interface LogInOptions {
  /** Who signs the link; by default the operator. */
  readonly system?: string
  readonly key?: StoredKey
  readonly person?: { readonly id: string; readonly name: string }
}

/** Logs a person in by a link, as the page of the console does. */
export async function logIn(
  { url, folder }: Pick<TestBus, 'url' | 'folder'>,
  { system = '/bus/systems/operator', key, person = { id: 'an', name: 'An' } }: LogInOptions = {}
): Promise<LoggedIn> {
  const { signingKey } = key ?? (await readKey(keyFiles(folder).operator))
  const link = await signLink({ system, audience: url, person, now: Date.now() }, signingKey)
  const browser = openBrowser()
  let csrf = ''
  const send: LoggedIn['send'] = (method, path, body) =>
    browser.request(url + path, {
      method,
      from: `${url}/console/`,
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      ...(body === undefined ? {} : { body })
    })
  await send('POST', '/console/session', JSON.stringify({ token: link.split('#login=')[1] }))
  csrf = String((await send('GET', '/console/session')).json().csrf)
  return { cookie: await browser.jar.getCookieString(url), send }
}
