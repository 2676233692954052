import type { PartStates, SentNotice } from '../notices.ts'

/** A delivery in doubt, which a report with an unknown id may settle. */
export interface DoubtfulNotice extends SentNotice {
  readonly since: number
  /** What tells its messages apart in reports, by part. */
  readonly messages: readonly { readonly reference: number; readonly start: string }[]
  readonly states: PartStates
}

/** What a report says of the message that it is about, beside its id. */
export interface ReportTraits {
  /** Who the message was for. */
  readonly people: readonly string[]
  readonly reference?: number | undefined
  /** The beginning of the message. */
  readonly text?: string | undefined
}

const shortestStart = 8

/**
 * The message of a delivery in doubt that a report must be about: it went to the same number, and has the same
 * reference. Where the centre gives none, it alone begins with the same words, and the report is not early: it may be
 * about another notice, whose answer is still to come.
 */
export function findDoubtful(
  doubtful: readonly DoubtfulNotice[],
  { people, reference, text }: ReportTraits,
  isEarly: boolean
): { readonly notice: DoubtfulNotice; readonly part: number } | undefined {
  const same = doubtful
    .filter(({ person }) => people.includes(person))
    .flatMap((notice) => notice.messages.map((message, index) => ({ notice, message, part: index + 1 })))
  if (reference !== undefined) return same.find(({ message }) => message.reference === reference)
  const alike = isEarly ? [] : same.filter(({ message }) => isStart(text, message.start))
  return alike.length === 1 ? alike[0] : undefined
}

/** Reports give some of the first letters. */
function isStart(text: string | undefined, start: string): boolean {
  const given = (text ?? '').trim()
  const common = Math.min(given.length, start.length)
  return (
    common >= Math.min(shortestStart, start.length) &&
    common > 0 &&
    given.slice(0, common) === start.slice(0, common)
  )
}
