/** A docstring, with its tags separated. */
export interface Docstring {
  readonly text: string
  /** For each `@throws`: the code, and the text after it. */
  readonly throws: readonly (readonly [code: string, text: string])[]
  /** The code of `@example`. */
  readonly example: string | undefined
  readonly isInternal: boolean
}

/** An export of a module, or a member of one, as written in the source. */
export interface Declaration {
  readonly kind: 'function' | 'interface' | 'type' | 'class' | 'member'
  readonly name: string
  readonly doc: Docstring
  /** Without bodies and `export`. */
  readonly signature: string
  readonly members: readonly Declaration[]
}

/**
 * The exports of a module with their docstrings. Reads the source as text, since TypeScript 7 has no API to
 * parse it; the formatter keeps it in one form.
 */
export function declarationsOf(source: string): readonly Declaration[] {
  const exported =
    /(?:^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^export (?:async )?(function|interface|type|class)\*? (\w+)/gm
  return [...source.matchAll(exported)].map(({ index, 0: head, 1: doc = '', 2: kind = '', 3: name = '' }) => {
    const rest = source.slice(index + head.lastIndexOf('export '))
    const hasBody = kind === 'interface' || kind === 'class' || /^.* = \{\n/.test(rest)
    const end = kind === 'function' ? / \{\n/ : hasBody ? /\n\}\n/ : /\n(?![\s)])/
    const text = rest.slice('export '.length, rest.search(end))
    return {
      kind: kind as Declaration['kind'],
      name,
      doc: docstringOf(doc),
      signature: hasBody ? '' : text.replace(/^async /, ''),
      members: hasBody ? membersOf(text.split('\n').slice(1), '  ') : []
    }
  })
}

/** The members among lines with this indent; lines with a larger indent belong to their member. */
function membersOf(lines: readonly string[], indent: string): readonly Declaration[] {
  const isAt = (line: string): boolean => line.startsWith(indent) && !/^\s/.test(line.slice(indent.length))
  const members: Declaration[] = []
  let doc: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const text = line.trim()
    if (text.startsWith('/**') || text.startsWith('*')) doc.push(text.replace(/^\/\*\*|\*\/$/g, ''))
    if (!isAt(line) || !/^[\w[]/.test(text)) continue
    const end = /[{(]$/.test(text) ? lines.findIndex((other, place) => place > at && isAt(other)) : at
    const inner = lines.slice(at + 1, end)
    const signature = text.replace(/^(readonly |get )+/, '').replace(/:? ?\{$/, '')
    const [, name = ''] = /^\[?(\w+)/.exec(signature) ?? []
    if (name !== 'constructor' && name !== 'override') {
      members.push({
        kind: 'member',
        name,
        doc: docstringOf(doc.join('\n')),
        signature: text.startsWith('get ') ? signature.replace('()', '') : signature,
        members: text.endsWith(': {') ? membersOf(inner, `${indent}  `) : []
      })
    }
    doc = []
    at = end
  }
  return members
}

function docstringOf(comment: string): Docstring {
  const text = comment.replace(/^ *\* ?/gm, '').trim()
  const [before = '', ...tags] = text.split(/^@(?=\w)/m)
  const tagged = (name: string): readonly string[] =>
    tags.filter((tag) => tag.startsWith(name)).map((tag) => tag.slice(name.length).trim())
  return {
    text: before.trim(),
    throws: tagged('throws').map((tag) => {
      const [code = '', ...words] = tag.split(/\s+/)
      return [code, words.join(' ')] as const
    }),
    example: /^```ts\n([\s\S]*)^```$/m.exec(tagged('example')[0] ?? '')?.[1],
    isInternal: tags.some((tag) => tag.startsWith('internal'))
  }
}
