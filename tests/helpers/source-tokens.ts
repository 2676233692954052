/** A piece of TypeScript. A template is one `text` for each stretch between its `${}`; what is inside those is code. */
export interface Token {
  readonly kind: 'name' | 'text' | 'comment' | 'regex' | 'number' | 'mark'
  /** Of a text: what is between its quotes. */
  readonly text: string
  /** Of a text: a part of a template with `${}`. */
  readonly isPart?: boolean
}

const blanks = /\s*/y
const simple: readonly (readonly [Token['kind'], RegExp])[] = [
  ['comment', /\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ['name', /#?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy],
  ['number', /\d[\w.]*/y],
  ['text', /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y]
]
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
/** A stretch of a template: from its start or the end of a `${}` to the next `${` or its end. */
const stretch = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y
/** After these words a slash begins a regular expression; after any other name it divides. */
const beforeValue = /^(?:return|typeof|case|in|of|await|yield|void|delete|throw|new|else|do)$/

const known = new Map<string, readonly Token[]>()

/** The tokens of a source file, comments included. */
export function tokensOf(source: string): readonly Token[] {
  const tokens = known.get(source) ?? scan(source)
  known.set(source, tokens)
  return tokens
}

function scan(source: string): readonly Token[] {
  const tokens: Token[] = []
  /** Open braces of code; true for the `${` of a template. */
  const open: boolean[] = []
  let at = 0
  let last: Token | undefined
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (found) at += found.length
    return found
  }
  const next = (): Token => {
    for (const [kind, pattern] of simple) {
      const found = take(pattern)
      if (found) return { kind, text: kind === 'text' ? found.slice(1, -1) : found }
    }
    const found = source[at] === '`' || (source[at] === '}' && open.at(-1)) ? take(stretch) : undefined
    if (found) {
      if (found[0] === '}') open.pop()
      const goesOn = found.endsWith('${')
      if (goesOn) open.push(true)
      return { kind: 'text', text: found.slice(1, goesOn ? -2 : -1), isPart: goesOn || found[0] === '}' }
    }
    const pattern = source[at] === '/' && !isValue(last) ? take(regex) : undefined
    if (pattern) return { kind: 'regex', text: pattern }
    const text = source[at] ?? ''
    at += 1
    if (text === '{') open.push(false)
    if (text === '}') open.pop()
    return { kind: 'mark', text }
  }
  for (take(blanks); at < source.length; take(blanks)) {
    const token = next()
    tokens.push(token)
    if (token.kind !== 'comment') last = token
  }
  return tokens
}

/** Whether a slash after the token divides. */
function isValue(last: Token | undefined): boolean {
  if (!last) return false
  if (last.kind === 'mark') return /[)\]}]/.test(last.text)
  return last.kind !== 'name' || !beforeValue.test(last.text)
}
