/** Text of others as one line of at most so many letters, without control and direction characters. */
export function oneLine(text: string, longest: number): string {
  const line = text.replaceAll(/[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  const letters = line.toWellFormed()
  return letters.length <= longest
    ? letters
    : `${letters.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
