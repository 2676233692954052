import type { PersonMessage } from './answers.ts'
import type { HeldPart } from './position.ts'

/** Parts that come later belong to another message, or to none. */
const longestMs = 3_600_000

/** Joins the parts of long messages, in whatever order they came. What waits too long is given as far as it came, with a sign in each gap. */
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
      const texts = Array.from({ length: first.total }, (_, index) => {
        return byNumber.get(index + 1)?.text ?? ` [… thiếu phần ${index + 1}/${first.total} …] `
      })
      whole.push({ from: first.from, text: texts.join(''), at: first.at })
    } else held.push(...group)
  }
  return { whole, held }
}
