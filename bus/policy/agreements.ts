import { type AgreementEntry, type ControlState, holdsAt } from '../control/control-state.ts'

export interface AgreementQuestion {
  readonly provider: string
  readonly consumer: string
  readonly type: string
  /** The state after this act. */
  readonly act: number
  /** The instant, in milliseconds since the epoch. */
  readonly at: number
}

/** An agreement that lets `consumer` see `provider`'s events of a type, in force after an act and at an instant. */
export function agreementBetween(
  state: ControlState,
  question: AgreementQuestion
): AgreementEntry | undefined {
  for (const agreement of state.agreements.values()) {
    if (agreement.provider !== question.provider || agreement.consumer !== question.consumer) continue
    if (isInForce(agreement, question)) return agreement
  }
  return undefined
}

/** All agreements that let agencies see a provider's events of a type, in force after an act and at an instant. */
export function agreementsFor(
  state: ControlState,
  question: Omit<AgreementQuestion, 'consumer'>
): readonly AgreementEntry[] {
  return [...state.agreements.values()].filter(
    (agreement) => agreement.provider === question.provider && isInForce(agreement, question)
  )
}

/** Whether an agreement is signed, not suspended or ended, within its validity, and covers the type. */
export function isInForce(
  agreement: AgreementEntry,
  { type, act, at }: Pick<AgreementQuestion, 'type' | 'act' | 'at'>
): boolean {
  return (
    agreement.types.includes(type) &&
    holdsAt(agreement.signed, act) &&
    !agreement.suspensions.some((span) => holdsAt(span, act)) &&
    agreement.validFromAt <= at &&
    at < agreement.validToAt
  )
}
