import type { Archive } from '#bus/archive/archive.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { EventItem } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'

/** An answer that an item gave, and the token that signed it: that is the evidence. */
export interface GivenAnswer {
  readonly answer: NonNullable<EventItem['answers']>
  readonly token: string
  /** When the item was stored, in milliseconds since the epoch: it answers no event recorded later. */
  readonly givenAt: number
}

/** Records answers. Returns those for which an event that they could answer is known to be delivered. */
export type RecordAnswers = (
  instance: HostedInstance,
  given: readonly GivenAnswer[]
) => Promise<ReadonlySet<GivenAnswer>>

export interface RecordAnswersOptions {
  readonly archive: Pick<Archive, 'ofSubjects'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'answer' | 'delivered'>
}

/** An answer, and the number of the event that it answers. */
interface MatchedAnswer extends GivenAnswer {
  readonly event: number
}

/** Answers the newest event of a sender about a subject that the agency has. The first answer is final. */
export function createRecordAnswers({ archive, recipientStatuses }: RecordAnswersOptions): RecordAnswers {
  /** The events that answers are about, where they are known to be delivered. */
  const newestDelivered = async (
    agency: string,
    given: readonly GivenAnswer[]
  ): Promise<ReadonlyMap<GivenAnswer, number>> => {
    const candidates: { readonly one: GivenAnswer; readonly numbers: readonly number[] }[] = []
    for (const [sender, some] of Map.groupBy(given, ({ answer }) => answer.sender)) {
      const subjects = new Set(some.map(({ answer }) => answer.subject))
      const about = Map.groupBy(await archive.ofSubjects(sender, [...subjects]), ({ subject }) => subject)
      for (const one of some) {
        const before = (about.get(one.answer.subject) ?? []).filter(
          ({ recordedTime }) => instantMs(recordedTime) <= one.givenAt
        )
        candidates.push({ one, numbers: before.map(({ number }) => number) })
      }
    }
    const all = new Set(candidates.flatMap(({ numbers }) => numbers))
    const delivered = await recipientStatuses.delivered(agency, [...all])
    return new Map(
      candidates.flatMap(({ one, numbers }) => {
        const newest = numbers.findLast((number) => delivered.has(number))
        return newest === undefined ? [] : [[one, newest] as const]
      })
    )
  }

  /** Those of one token are one transaction, unless an event was answered differently before. */
  const record = async (
    instance: HostedInstance,
    token: string,
    matched: readonly MatchedAnswer[]
  ): Promise<void> => {
    const { agency, system, logger } = instance
    try {
      const answers = matched.map(({ event, answer: { sender: _sender, subject: _subject, ...answer } }) => ({
        event,
        ...answer
      }))
      await recipientStatuses.answer({ agency, system, token }, answers)
    } catch (error) {
      if (!(error instanceof BusError && error.code === 'BUS_STATE_CONFLICT')) throw error
      if (matched.length > 1) {
        for (const one of matched) await record(instance, token, [one])
        return
      }
      const [one] = matched
      logger.warn(
        { event: one?.event, state: one?.answer.state },
        'answer ignored: the event was already answered differently; the first answer stays in force'
      )
    }
  }

  return async (instance, given) => {
    const events = await newestDelivered(instance.agency, given)
    const matched = given.flatMap((one) => {
      const event = events.get(one)
      return event === undefined ? [] : [{ ...one, event }]
    })
    for (const [token, some] of Map.groupBy(matched, (one) => one.token)) await record(instance, token, some)
    return new Set(events.keys())
  }
}
