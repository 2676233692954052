/** The words most like a word that somebody typed, at most three. */
export function nearWords(typed: string, words: readonly string[]): readonly string[] {
  const text = typed.toLowerCase()
  const most = Math.max(2, Math.floor(text.length / 3))
  const found = words
    .map((word) => ({ word, distance: text !== '' && word.includes(text) ? 0 : editDistance(text, word) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
  const [best] = found
  return found
    .filter(({ distance }) => distance <= (best?.distance ?? 0) + 1)
    .slice(0, 3)
    .map(({ word }) => word)
}

/** Number of characters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [line, one] of [...a].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (one === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
