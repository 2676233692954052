/** What the codes of JSONata mean that items of the outside lead to. */
const meanings: Readonly<Record<string, string>> = {
  D1001: 'a number out of range',
  D1002: 'the negative of something that is no number',
  D1009: 'two members of one name',
  D1011: 'recursion without end',
  D2014: 'a range that is too large',
  D3030: 'something that is no number is made one',
  D3110: 'something that is no ISO 8601 time is read as one',
  D3137: '$error was called',
  D3138: 'more than one result where one is expected',
  D3139: 'no result where one is expected',
  D3141: '$assert found its condition false',
  T0410: 'an argument of the wrong type',
  T0411: 'a context value of the wrong type',
  T0412: 'an argument that is no list of the right type',
  T1003: 'the name of a member is no text',
  T1006: 'something that is no function is called',
  T2001: 'the left side is no number',
  T2002: 'the right side is no number',
  T2003: 'the left side of a range is no whole number',
  T2004: 'the right side of a range is no whole number',
  T2006: 'the right side of ~> is no function',
  T2007: 'values of different types are sorted',
  T2009: 'values of different types are compared',
  T2010: 'something that is neither text nor number is compared'
}

/** A problem that our own code found: its text holds no data. */
export function problem(text: string): TypeError {
  return Object.assign(new TypeError(text), { isPlain: true })
}

/**
 * What went wrong in an expression, without any value of the item: that may be personal, and reasons are logged
 * and shown. Texts of JSONata repeat values, so that only those about the syntax, which repeat the expression,
 * are given as they are.
 */
export function problemOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'not JSON'
  const { message, code, position, token, isPlain } = Object(error) as Readonly<Record<string, unknown>>
  if (isPlain === true) return String(message)
  if (typeof code !== 'string') return 'it cannot be evaluated'
  const isSyntax = code.startsWith('S')
  const said = isSyntax ? String(message).slice(0, 300) : (meanings[code] ?? 'it cannot be evaluated')
  const at = typeof token === 'string' && !isSyntax ? ` at ${token.slice(0, 60)}` : ''
  return `${said}${at} (${code}, character ${position})`
}
