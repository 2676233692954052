import { Parser } from 'htmlparser2'

const hidden = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'object',
  'svg',
  'math',
  'head',
  'title'
])
const breaking = new Set(
  'address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tr ul'.split(
    ' '
  )
)
/** What programs for mail put around the mail that is answered. */
const quoted =
  /(^|\s)(gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|OutlookMessageHeader)(\s|$)/

/** The text that a reader of a mail in HTML sees, line by line; what is quoted begins with `>`. */
export function htmlToText(html: string): string {
  const lines: string[] = []
  let line = ''
  let quotes = 0
  const open: { readonly name: string; readonly isHidden: boolean; readonly isQuote: boolean }[] = []
  const endLine = (): void => {
    const text = line.replaceAll(/[\t\n\r\f ]+/g, ' ').trim()
    lines.push(quotes > 0 ? `> ${text}` : text)
    line = ''
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      if (breaking.has(name) && line.trim() !== '') endLine()
      const isQuote = name === 'blockquote' || quoted.test(attributes.class ?? '')
      if (isQuote) quotes += 1
      open.push({ name, isQuote, isHidden: hidden.has(name) })
      if (name === 'br') endLine()
      if (name === 'td' || name === 'th') line += ' '
    },
    onclosetag(name) {
      if (breaking.has(name) && line.trim() !== '') endLine()
      const at = open.findLastIndex((one) => one.name === name)
      if (at < 0) return
      for (const one of open.splice(at)) if (one.isQuote) quotes -= 1
      if (name === 'p') lines.push(quotes > 0 ? '>' : '')
    },
    ontext(piece) {
      if (!open.some(({ isHidden }) => isHidden)) line += piece
    }
  })
  parser.write(html)
  parser.end()
  endLine()
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
