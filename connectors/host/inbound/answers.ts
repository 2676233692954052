import type { Archive } from '#bus/archive/archive.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { EventItem } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'

/** Records the answers that published items also give. `token` signed them: it is the evidence. */
export type RecordAnswers = (
  instance: HostedInstance,
  token: string,
  published: readonly { readonly answers: string | null }[]
) => Promise<void>

export interface RecordAnswersOptions {
  readonly archive: Pick<Archive, 'ofSubject'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'answer' | 'delivered'>
}

/** Answers the newest event of a sender about a subject that the agency has. The first answer is final. */
export function createRecordAnswers({ archive, recipientStatuses }: RecordAnswersOptions): RecordAnswers {
  const newestDelivered = async (
    agency: string,
    sender: string,
    subject: string
  ): Promise<number | undefined> => {
    const about = await archive.ofSubject(sender, subject)
    const numbers = about.map(({ number }) => number)
    const delivered = await recipientStatuses.delivered(agency, numbers)
    return numbers.filter((number) => delivered.has(number)).at(-1)
  }

  return async ({ agency, system, logger }, token, published) => {
    for (const { answers: text } of published) {
      if (text === null) continue
      const { sender, subject, ...answer } = JSON.parse(text) as NonNullable<EventItem['answers']>
      const event = await newestDelivered(agency, sender, subject)
      if (event === undefined) continue
      try {
        await recipientStatuses.answer({ agency, system, token }, [{ event, ...answer }])
      } catch (error) {
        if (!(error instanceof BusError && error.code === 'BUS_STATE_CONFLICT')) throw error
        logger.warn(
          { event, state: answer.state },
          'answer ignored: the event was already answered differently; the first answer stays in force'
        )
      }
    }
  }
}
