import type { ConnectorIo, Marks } from '../../connector.ts'
import type { MassKind } from './mass-changes.ts'

/** What a person was told, and said yes to, of changes of one kind that wait in the outbox. */
export interface MassHold {
  /** A person said yes to changes up to this notice, and so many are left of them. */
  readonly acceptedTo: bigint
  readonly acceptedLeft: number
  /** What was held, as a person was told it last. */
  readonly reported: string
}

const acceptedKey = (kind: MassKind): string => `staff ${kind} accepted`
const reportedKey = (kind: MassKind): string => `staff ${kind} held`

export async function massHoldOf(kind: MassKind, mark: ConnectorIo['mark']): Promise<MassHold> {
  const [accepted = '0 0', reported = ''] = [await mark(acceptedKey(kind)), await mark(reportedKey(kind))]
  const [acceptedTo = '0', left = '0'] = accepted.split(' ')
  return { acceptedTo: BigInt(acceptedTo), acceptedLeft: Number(left), reported }
}

export function acceptedMassMarks(kind: MassKind, to: bigint, left: number): Marks {
  return { [acceptedKey(kind)]: `${to} ${left}` }
}

export function reportedMassMarks(kind: MassKind, what: string): Marks {
  return { [reportedKey(kind)]: what }
}
