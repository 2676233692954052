import { decodeHTMLStrict } from 'entities'
import { Parser } from 'htmlparser2'
import { composed, withoutControls } from './composed.ts'

const hidden = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'head'])
const breaking = new Set([
  ...[
    'address',
    'article',
    'blockquote',
    'br',
    'dd',
    'div',
    'dl',
    'dt',
    'figure',
    'footer',
    'h1',
    'h2',
    'h3'
  ],
  ...[
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'li',
    'main',
    'ol',
    'p',
    'pre',
    'section',
    'table',
    'td',
    'th',
    'tr',
    'ul'
  ]
])

/** The text that a reader of HTML sees, in one line. */
export function toText(html: string): string {
  let text = ''
  const open: string[] = []
  const parser = new Parser(
    {
      onopentag(name) {
        if (hidden.has(name)) open.push(name)
        if (breaking.has(name)) text += ' '
      },
      onclosetag(name) {
        if (open.at(-1) === name) open.pop()
        if (breaking.has(name)) text += ' '
      },
      ontext(piece) {
        if (open.length === 0) text += piece
      }
    },
    { decodeEntities: false }
  )
  parser.write(html)
  parser.end()
  return plainText(decodeHTMLStrict(text)) // Strict: `&copy=2` is part of an address.
}

/** Text in one line: composed, without the characters that are not seen or that turn its direction. */
export function plainText(text: string): string {
  return withoutControls(composed(text))
    .replaceAll(/[\u200b\u2060\u00ad\ufeff\u200e\u200f]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
