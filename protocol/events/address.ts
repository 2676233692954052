/**
 * Forms of addresses in settings, as JSON Schema keywords. They are printed,
 * signed in tokens and put into headers, so nothing but an address is accepted:
 * no line break, space, user, query or fragment. `title` says in an error
 * message what the setting must be.
 */
interface AddressForm {
  readonly pattern: string
  readonly title: string
}

const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?'
const host = `(?:${name}|\\[[0-9A-Fa-f:.]{2,45}\\])`
const port = '(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'
const origin = `https?://${host}(?::${port})?`

/** Scheme, host and port. */
export const httpOrigin: AddressForm = {
  pattern: `^${origin}$`,
  title:
    'http://host or https://host, with a port if needed (https://bus.example.vn:8443), and nothing after it'
}

/**
 * The same, with a path if the host is shared. The gateway takes that path from the front of a request's, so it is none
 * of the gateway's own.
 */
export const publicAddress: AddressForm = {
  pattern: `^${origin}(?!/(?:v1|registry|console|problems|openapi\\.json|asyncapi\\.json)(?:/|$))(?:/[A-Za-z0-9_-][A-Za-z0-9._~-]*)*$`,
  title:
    'http://host or https://host, with a port and a path if needed (https://bus.example.vn/lienthong), without a slash at the end, and the path none of /v1, /registry, /console and /problems'
}

/** The same, with any path. */
export const httpAddress: AddressForm = {
  pattern: `^${origin}(?:/[A-Za-z0-9._~%/+-]*)?$`,
  title: 'http://host or https://host, with a port and a path if needed, without query and fragment'
}

/** The same, with TLS, which only a server on this machine may lack. */
export const secureAddress: AddressForm = {
  pattern: `^(?:https://${host}|http://(?:127\\.0\\.0\\.1|\\[::1\\]|localhost))(?::${port})?(?:/[A-Za-z0-9._~%/+-]*)?$`,
  title:
    'https://host, with a port and a path if needed, without query and fragment; http:// only for 127.0.0.1, [::1] or localhost'
}

export const hostAndPort: AddressForm = {
  pattern: `^${host}:${port}$`,
  title: 'host:port, such as kafka-1.example.vn:9092'
}

/** What a server listens on. */
export const listenHost: AddressForm = {
  pattern: `^(?:${name}|[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?)$`,
  title: 'a host name or an IP address, such as 127.0.0.1 or ::'
}
