/** What separates fields, where a list does not say it; the first wins a tie. */
const separators = [',', ';', '\t', '|', '\u001f', '\u001e']

/** The first line of lists from Excel, such as `sep=;`, and its length with the line end. */
export function separatorLine(
  text: string
): { readonly separator: string; readonly length: number } | undefined {
  const [line = '', separator] = /^"?sep=([^\r\n])"?(?:\r\n|\n|\r|$)/i.exec(text) ?? []
  return separator === undefined ? undefined : { separator, length: line.length }
}

/** The separator that the first row with something in it has most often, outside quotes. */
export function separatorOf(text: string): string {
  const counts = new Map(separators.map((one) => [one, 0]))
  let isQuoted = false
  for (const character of text.slice(0, 65_536).trimStart()) {
    if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && (character === '\n' || character === '\r')) break
    else if (!isQuoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  const most = Math.max(...counts.values())
  return separators.find((one) => most > 0 && counts.get(one) === most) ?? ','
}
