import type { AgreementEntry, ControlState } from './control-state.ts'
import type { Actor } from './define-act.ts'

/** Whether a system may see an agreement: as a party, an operator or an auditor. */
export function maySeeAgreement(
  { systems }: ControlState,
  { provider, consumer }: Pick<AgreementEntry, 'provider' | 'consumer'>,
  { system, agency, operator }: Pick<Actor, 'system' | 'agency' | 'operator'>
): boolean {
  if (operator || agency === provider || agency === consumer) return true
  return systems.get(system)?.roles.includes('auditor') ?? false
}
