import { withoutForbidden } from '#protocol/events/strict-json.ts'

/** Text of others as one line of at most so many letters, without control and direction characters. */
export function oneLine(text: string, longest: number): string {
  const seen = text.replaceAll(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
  const letters = withoutForbidden(seen).trim()
  return letters.length <= longest
    ? letters
    : `${letters.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
