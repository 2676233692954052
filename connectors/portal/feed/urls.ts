/** Longest address that is kept. */
const longest = 2000

/** An address that a reader may be sent to, in absolute form; undefined if it is none. */
export function webAddress(text: string | undefined, base: string): string | undefined {
  const trimmed = (text?.trim() ?? '').replace(/^(?=www\.[\w-]+\.)/i, 'http://')
  if (trimmed === '' || trimmed.length > longest) return undefined
  const url = URL.parse(trimmed, base)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : undefined
}

/** The base of an element with an `xml:base`: one that is unusable changes nothing. */
export function childBase(outer: string, given: string | undefined): string {
  return given === undefined ? outer : (webAddress(given, outer) ?? outer)
}

/** Parameters that count readers or sessions and name no other article. */
const countingParameters =
  /^(?:utm_\w+|fbclid|gclid|zalo_?\w*|jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|cfid|cftoken|_ga|_gl|ref_src|mc_[ce]id)$/i

/** Parameters that name an article in some systems and a session in others; sessions have long values. */
const ambiguousParameters = /^(?:sid|session)$/i
const sessionLength = 16

/** What of an address names an article: neither the host, which moves, nor sessions and campaigns. */
export function addressKey(address: string): string {
  const url = URL.parse(address)
  if (!url) return address
  for (const [name, value] of [...url.searchParams]) {
    const isSession = ambiguousParameters.test(name) && value.length >= sessionLength
    if (isSession || countingParameters.test(name)) url.searchParams.delete(name)
  }
  url.searchParams.sort()
  const path = url.pathname.replace(/;jsessionid=[^/;]*/i, '').replace(/\/(?:\(S\([^)]*\)\)\/)?/i, '/')
  return `${path}${url.searchParams.size === 0 ? '' : `?${url.searchParams}`}${isPage(url.hash) ? url.hash : ''}`
}

/** Whether a fragment names a page of its own, as old single-page sites do, and no place within one. */
function isPage(hash: string): boolean {
  return hash.startsWith('#!') || hash.startsWith('#/')
}
