import type { PersonMessage } from './answers.ts'
import type { HeldPart } from './position.ts'

/** Parts that come later belong to another message, or to none. */
const longestMs = 3_600_000

/** Joins the parts of long messages, in whatever order they came. What waits too long is given as far as it came. */
export function assemble(
  parts: readonly HeldPart[],
  now: number
): { readonly whole: readonly PersonMessage[]; readonly held: readonly HeldPart[] } {
  const groups = Map.groupBy(parts, ({ from, reference, total, at, text }) =>
    JSON.stringify(total === 1 ? [from, at, text] : [from, reference, total])
  )
  const whole: PersonMessage[] = []
  const held: HeldPart[] = []
  for (const group of groups.values()) {
    const byNumber = new Map(group.map((part) => [part.number, part]))
    const [first] = group
    const isWhole = byNumber.size >= (first?.total ?? 1)
    if (first && (isWhole || now - first.at > longestMs)) {
      const inOrder = [...byNumber.values()].toSorted((a, b) => a.number - b.number)
      whole.push({ from: first.from, text: inOrder.map(({ text }) => text).join(''), at: first.at })
    } else held.push(...group)
  }
  return { whole, held }
}
