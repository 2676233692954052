import { createHash } from 'node:crypto'
import type { PersonMessage } from './answers.ts'
import type { GivenPart, HeldPart } from './position.ts'

/** Parts that come later belong to another message, or to none. */
const longestMs = 3_600_000
/** How long a centre may give parts again that it does not know to be taken: a message is kept for a day by most. */
const rememberedMs = 86_400_000

interface Assembled {
  readonly whole: readonly PersonMessage[]
  readonly held: readonly HeldPart[]
  readonly given: readonly GivenPart[]
}

/**
 * Joins the parts of long messages, in whatever order they came. What waits too long is given as far as it came, with
 * a sign in each gap; but after a broken connection a centre gives parts again that were given, and these alone are no
 * message.
 */
export function assemble(
  parts: readonly HeldPart[],
  givenBefore: readonly GivenPart[],
  now: number
): Assembled {
  const groups = Map.groupBy(parts, ({ from, reference, total, at, text }) =>
    JSON.stringify(total === 1 ? [from, at, text] : [from, reference, total])
  )
  const given = givenBefore.filter(({ at }) => now - at < rememberedMs)
  const known = new Set(given.map(({ digest }) => digest))
  const whole: PersonMessage[] = []
  const held: HeldPart[] = []
  for (const group of groups.values()) {
    const byNumber = new Map(group.map((part) => [part.number, part]))
    const [first] = group
    if (!first) continue
    const isWhole = byNumber.size >= first.total
    if (!isWhole && now - first.at <= longestMs) held.push(...group)
    else if (isWhole || !group.every((part) => known.has(digestOf(part)))) {
      const texts = Array.from({ length: first.total }, (_, index) => {
        return byNumber.get(index + 1)?.text ?? ` [… thiếu phần ${index + 1}/${first.total} …] `
      })
      whole.push({ from: first.from, text: texts.join(''), at: first.at })
      if (first.total > 1) given.push(...group.map((part) => ({ digest: digestOf(part), at: now })))
    }
  }
  return { whole, held, given }
}

function digestOf({ from, reference, total, number, text }: HeldPart): string {
  const named = JSON.stringify([from, reference, total, number, text])
  return createHash('sha256').update(named).digest('base64url').slice(0, 16)
}
