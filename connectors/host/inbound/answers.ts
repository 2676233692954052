import type { Archive } from '#bus/archive/archive.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { EventItem } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'

/** An answer that an item gave, and the token that signed it: that is the evidence. */
export interface GivenAnswer {
  readonly answer: NonNullable<EventItem['answers']>
  readonly token: string
  /** When the item was stored, in milliseconds since the epoch: it answers no event recorded later. */
  readonly givenAt: number
}

/** Records an answer. Returns false if no event that it could answer is known to be delivered. */
export type RecordAnswer = (instance: HostedInstance, given: GivenAnswer) => Promise<boolean>

export interface RecordAnswerOptions {
  readonly archive: Pick<Archive, 'ofSubject'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'answer' | 'delivered'>
}

/** Answers the newest event of a sender about a subject that the agency has. The first answer is final. */
export function createRecordAnswer({ archive, recipientStatuses }: RecordAnswerOptions): RecordAnswer {
  const newestDelivered = async (
    agency: string,
    { answer: { sender, subject }, givenAt }: GivenAnswer
  ): Promise<number | undefined> => {
    const about = await archive.ofSubject(sender, subject)
    const before = about.filter(({ recordedTime }) => Date.parse(recordedTime) <= givenAt)
    const numbers = before.map(({ number }) => number)
    const delivered = await recipientStatuses.delivered(agency, numbers)
    return numbers.filter((number) => delivered.has(number)).at(-1)
  }

  return async ({ agency, system, logger }, given) => {
    const { sender: _sender, subject: _subject, ...answer } = given.answer
    const event = await newestDelivered(agency, given)
    if (event === undefined) return false
    try {
      await recipientStatuses.answer({ agency, system, token: given.token }, [{ event, ...answer }])
    } catch (error) {
      if (!(error instanceof BusError && error.code === 'BUS_STATE_CONFLICT')) throw error
      logger.warn(
        { event, state: answer.state },
        'answer ignored: the event was already answered differently; the first answer stays in force'
      )
    }
    return true
  }
}
