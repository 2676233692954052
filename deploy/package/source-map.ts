const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * The source map (ECMA-426) of JavaScript whose types became white space: each word stands at the line and
 * column where it stands in the TypeScript, which the map contains.
 */
export function sourceMapOf(file: string, code: string, source: string): string {
  const name = file.replace(/^.*\//, '')
  const map = {
    version: 3,
    file: name,
    sources: [name.replace(/\.js$/, '.ts')],
    sourcesContent: [source],
    names: [],
    mappings: mappingsOf(code)
  }
  return `${JSON.stringify(map)}\n`
}

function mappingsOf(code: string): string {
  const before = { line: 0, column: 0 }
  const lines = code.split('\n').map((text, line) => {
    let start = 0
    const segments = [...wordsOf(text)].map(({ index }) => {
      const fields = [index - start, 0, line - before.line, index - before.column]
      start = index
      Object.assign(before, { line, column: index })
      return fields.map(variableLength).join('')
    })
    return segments.join(',')
  })
  return lines.join(';')
}

/** Nothing of a comment runs. */
function wordsOf(text: string): Iterable<{ readonly index: number }> {
  return /^\s*(?:\/\*|\*|\/\/)/.test(text) ? [] : text.matchAll(/[\w$#]+|[^\s\w$#]/g)
}

/** Base64 VLQ. */
function variableLength(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1
  let text = ''
  do {
    const isLast = rest < 32
    text += digits[(rest & 31) | (isLast ? 0 : 32)]
    rest >>>= 5
  } while (rest > 0)
  return text
}
