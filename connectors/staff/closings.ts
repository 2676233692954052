import type { ConnectorIo, Marks } from '../connector.ts'

/** What the instance keeps of the accounts that it closes for notices of the outbox. */
export interface Closings {
  readonly day: string
  /** How many were closed on this day without a person's yes. */
  readonly today: number
  /** A person said yes to closings up to this notice, and so many are left of them. */
  readonly acceptedTo: bigint
  readonly acceptedLeft: number
  /** What was held, as a person was told it last. */
  readonly reported: string
}

const todayKey = 'staff closed'
const acceptedKey = 'staff closings accepted'
const reportedKey = 'staff closings held'

export async function closingsOf(mark: ConnectorIo['mark'], day: string): Promise<Closings> {
  const [today = '', accepted = '0 0', reported = ''] = await Promise.all(
    [todayKey, acceptedKey, reportedKey].map((key) => mark(key))
  )
  const [countedOn, count = '0'] = today.split(' ')
  const [acceptedTo = '0', left = '0'] = accepted.split(' ')
  return {
    ...{ day, today: countedOn === day ? Number(count) : 0, reported },
    ...{ acceptedTo: BigInt(acceptedTo), acceptedLeft: Number(left) }
  }
}

/** The marks that keep it from now on. */
export const nextClosings = {
  counted: (day: string, today: number): Marks => ({ [todayKey]: `${day} ${today}` }),
  accepted: (to: bigint, left: number): Marks => ({ [acceptedKey]: `${to} ${left}` }),
  reported: (what: string): Marks => ({ [reportedKey]: what })
}
