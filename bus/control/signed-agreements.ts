import type { AgreementEntry, SignedAgreements } from './control-state.ts'

export function addSigned(signed: SignedAgreements, agreement: AgreementEntry): void {
  const { provider, consumer, types } = agreement
  for (const type of types) {
    const ofType = signed.get(keyOf(provider, type)) ?? new Map<string, AgreementEntry[]>()
    signed.set(keyOf(provider, type), ofType)
    ofType.set(consumer, [...(ofType.get(consumer) ?? []), agreement])
  }
}

/** The agreements of a provider about an event type, by consumer. */
export function signedFor(
  signed: SignedAgreements,
  provider: string,
  type: string
): ReadonlyMap<string, readonly AgreementEntry[]> {
  return signed.get(keyOf(provider, type)) ?? none
}

const none: ReadonlyMap<string, readonly AgreementEntry[]> = new Map()

function keyOf(provider: string, type: string): string {
  return `${type} ${provider}`
}
