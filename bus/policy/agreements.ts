import { type AgreementEntry, type ControlState, holdsAt } from '../control/control-state.ts'
import { signedFor } from '../control/signed-agreements.ts'

export interface AgreementQuestion {
  readonly provider: string
  readonly type: string
  /** The state after this act. */
  readonly act: number
  /** The instant, in milliseconds since the epoch. */
  readonly at: number
}

/** An agreement that lets `consumer` see `provider`'s events of a type, in force after an act and at an instant. */
export function agreementBetween(
  { signedAgreements }: ControlState,
  { consumer, ...question }: AgreementQuestion & { readonly consumer: string }
): AgreementEntry | undefined {
  const ofConsumer = signedFor(signedAgreements, question.provider, question.type).get(consumer)
  return ofConsumer?.find((agreement) => isInForce(agreement, question))
}

/** One agreement of each agency that may see a provider's events of a type, in force after an act and at an instant. */
export function agreementsFor(
  { signedAgreements }: ControlState,
  question: AgreementQuestion
): readonly AgreementEntry[] {
  const byConsumer = signedFor(signedAgreements, question.provider, question.type)
  return [...byConsumer.values()].flatMap(
    (ofConsumer) => ofConsumer.find((agreement) => isInForce(agreement, question)) ?? []
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
