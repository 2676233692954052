/** Joins the lines of a paragraph (RFC 3676). `joinsWords`: the space at an end is only there to break the line. */
export function unflow(text: string, joinsWords: boolean): string {
  const paragraphs: string[] = []
  let open: string | undefined
  for (const given of text.split('\n')) {
    const quotes = /^>*/.exec(given)?.[0] ?? ''
    const line = given.startsWith(' ') ? given.slice(1) : given
    const isContinued = open !== undefined && quotes === (/^>*/.exec(open)?.[0] ?? '')
    const joined: string = isContinued
      ? `${open}${line.slice(quotes.length).replace(/^ (?=\S)/, quotes ? '' : ' ')}`
      : line
    if (!isContinued && open !== undefined) paragraphs.push(open)
    open = joined
    if (line.endsWith(' ') && line !== '-- ') {
      if (joinsWords) open = open.slice(0, -1)
    } else {
      paragraphs.push(open)
      open = undefined
    }
  }
  if (open !== undefined) paragraphs.push(open)
  return paragraphs.join('\n')
}
