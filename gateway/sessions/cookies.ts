/** The cookies of the console on a gateway. */
export interface Cookies {
  /** The session's secret. */
  readonly session: Cookie
  /** What a log-in at an OpenID provider began with. */
  readonly login: Cookie
}

export interface Cookie {
  readonly name: string
  /** Its value in a request; undefined if it is missing, or there more than once: one of them is a stranger's. */
  of(header: string | undefined): string | undefined
  /** The header that sets it. */
  set(value: string): string
  /** The header that removes it. */
  remove(): string
}

/** How long a log-in at a provider may take. */
export const loginSeconds = 600

/**
 * Over https the names begin with `__Host-`: a browser then takes them from no other host and from no page
 * without TLS. They cannot where the host is shared, since others on it must not get the cookies: then they begin with
 * `__Secure-` and have the path of the public URL, also in their names: buses may be one below the other. Without TLS
 * they name the port, since browsers do not tell ports of one host apart.
 */
export function cookiesOf(publicUrl: string): Cookies {
  const { protocol, port, pathname } = new URL(publicUrl)
  const isSecure = protocol === 'https:'
  const prefix = pathname === '/' ? '__Host' : '__Secure'
  const below = pathname === '/' ? '' : pathname.replaceAll('/', '-')
  const nameOf = (use: string): string =>
    `${isSecure ? `${prefix}-lienthong-${use}` : `lienthong-${use}-${port || '80'}`}${below}`
  const attributes = `Path=${pathname}; HttpOnly${isSecure ? '; Secure' : ''}`
  return {
    session: cookie(nameOf('session'), `${attributes}; SameSite=Strict`),
    // The provider's page sends the browser back: a strict cookie would not come with it.
    login: cookie(nameOf('login'), `${attributes}; SameSite=Lax; Max-Age=${loginSeconds}`)
  }
}

function cookie(name: string, attributes: string): Cookie {
  return {
    name,
    of(header = '') {
      const values = header
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
      return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined
    },
    set: (value) => `${name}=${value}; ${attributes}`,
    remove: () => `${name}=; ${attributes.replace(/; Max-Age=\d+/, '')}; Max-Age=0`
  }
}
