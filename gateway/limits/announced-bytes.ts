import type { IncomingHttpHeaders } from 'node:http'

/** How long a request's body is said to be; 0 if it has none, undefined if it comes in chunks of any number. */
export function announcedBytes(headers: IncomingHttpHeaders): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined
  return Number(headers['content-length'] ?? 0)
}
