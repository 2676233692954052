import { CookieJar } from 'tough-cookie'

export interface Answer {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly text: string
  readonly json: () => Record<string, unknown>
}

export interface BrowserRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
  /** The page that asks; without one a person entered the address. */
  readonly from?: string
}

/** What a browser does of HTTP: it keeps cookies, follows redirects, and says which page asks. */
export interface Browser {
  readonly jar: CookieJar
  /** One request, without following a redirect. */
  request(url: string, request?: BrowserRequest): Promise<Answer>
  /** Goes to an address, and on wherever it redirects to. `stopAt` is not fetched. */
  visit(url: string, request?: BrowserRequest & { readonly stopAt?: string }): Promise<Answer>
}

export function openBrowser(): Browser {
  const jar = new CookieJar()

  const request: Browser['request'] = async (url, { method = 'GET', headers = {}, body, from } = {}) => {
    const isSame = from !== undefined && new URL(from).origin === new URL(url).origin
    const site = from === undefined ? 'none' : isSame ? 'same-origin' : 'cross-site'
    const sameSiteContext = from === undefined || isSame ? 'strict' : method === 'GET' ? 'lax' : 'none'
    const cookie = await jar.getCookieString(url, { sameSiteContext })
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'accept-language': 'en',
        'sec-fetch-site': site,
        ...(from === undefined || method === 'GET' ? {} : { origin: new URL(from).origin }),
        ...(cookie === '' ? {} : { cookie }),
        ...headers
      },
      ...(body === undefined ? {} : { body })
    })
    for (const set of response.headers.getSetCookie()) await jar.setCookie(set, url)
    const text = await response.text()
    return { status: response.status, url, headers: response.headers, text, json: () => JSON.parse(text) }
  }

  const visit: Browser['visit'] = async (url, { stopAt, ...first } = {}) => {
    let answer = await request(url, first)
    for (let hops = 0; hops < 20; hops += 1) {
      const to = answer.headers.get('location')
      if (to === null) return answer
      const next = new URL(to, answer.url).href
      if (stopAt !== undefined && next.startsWith(stopAt)) return { ...answer, url: next }
      // Whoever began the chain of redirects stays the page that asks.
      answer = await request(next, first.from === undefined ? {} : { from: first.from })
    }
    throw new TypeError(`${url} redirects for ever`)
  }

  return { jar, request, visit }
}
