import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { emptyRegistryState, type RegistryState } from '../registry/registry-state.ts'

/** The system that trust starts from. Its keys are in the configuration, and no act can change it. */
export const operatorSystem = '/bus/systems/operator'

/** A period between acts: from act `from` until just before act `to`. */
export interface Span {
  readonly from: number
  to: number | undefined
}

/** Whether a span covers an act, that is, the state after this act and before the next. */
export function holdsAt(span: Span | undefined, act: number): boolean {
  return span !== undefined && span.from <= act && (span.to === undefined || act < span.to)
}

export interface AgencyEntry {
  readonly code: string
  name: string
  parent: string | undefined
  otherCode: string | undefined
  readonly validFrom: string | undefined
  validTo: string | undefined
  successor: string | undefined
  /** While this span lasts, the agency is open. */
  readonly open: Span
}

export interface KeyEntry {
  readonly kid: string
  readonly jwk: PublicJwk
  readonly thumbprint: string
  readonly span: Span
  /** First and last instant at which the key may sign, in milliseconds since the epoch. */
  readonly validFromAt: number
  validToAt: number
}

export interface RightEntry {
  readonly type: string
  /** `*`: any open agency (documents); `agreements`: only agencies with an agreement for the type. */
  readonly recipients: '*' | 'agreements'
  readonly span: Span
}

export interface SystemEntry {
  /** `/agencies/<code>/systems/<name>`, or `/bus/systems/<name>`. */
  readonly id: string
  readonly agency: string
  readonly name: string | undefined
  readonly roles: readonly string[]
  readonly unsigned: boolean
  readonly hosted: boolean
  readonly boundOnly: boolean
  /** While this span lasts, the system is not revoked. */
  readonly span: Span
  readonly suspensions: Span[]
  readonly keys: KeyEntry[]
  readonly rights: RightEntry[]
}

export interface AgreementEntry {
  readonly id: string
  readonly provider: string
  readonly consumer: string
  readonly types: readonly string[]
  readonly purpose: string
  readonly legalBasis: string
  readonly validFromAt: number
  readonly validToAt: number
  readonly drafted: number
  /** The agency whose system drafted it. */
  readonly draftedBy: string
  /** From the signing to the end of the agreement. */
  signed: Span | undefined
  ended: number | undefined
  readonly suspensions: Span[]
}

export interface BusKeyEntry {
  readonly kid: string
  readonly jwk: PublicJwk
  readonly act: number
  readonly recordedAt: number
}

/**
 * Agreements that were ever signed, by provider and event type, and there by consumer. Drafts are not
 * here, so that nobody's drafts slow anyone's events.
 */
export type SignedAgreements = Map<string, Map<string, AgreementEntry[]>>

/**
 * Control state: the result of all control acts. Nothing is deleted, so rights can be checked as of any
 * act. Only `applyAct` may change it.
 */
export interface ControlState {
  /** Number of the last act applied or ignored; 0 before the first. */
  lastAct: number
  /** When the last act applied was recorded, in milliseconds since the epoch. Later acts are never recorded earlier. */
  recordedAt: number
  readonly agencies: Map<string, AgencyEntry>
  readonly systems: Map<string, SystemEntry>
  readonly agreements: Map<string, AgreementEntry>
  readonly signedAgreements: SignedAgreements
  readonly registry: RegistryState
  readonly busKeys: Map<string, BusKeyEntry>
  /** The resource that has a key, by RFC 7638 thumbprint. */
  readonly thumbprints: Map<string, string>
  /** Hash of the body of the last act on each resource. */
  readonly lastOn: Map<string, string>
}

export function emptyControlState(): ControlState {
  return {
    lastAct: 0,
    recordedAt: 0,
    agencies: new Map(),
    systems: new Map(),
    agreements: new Map(),
    signedAgreements: new Map(),
    registry: emptyRegistryState(),
    busKeys: new Map(),
    thumbprints: new Map(),
    lastOn: new Map()
  }
}

/** Whether a system or an agreement is suspended now. */
export function isSuspended({ suspensions }: { readonly suspensions: readonly Span[] }): boolean {
  return suspensions.some(({ to }) => to === undefined)
}

/** Ends all open spans with an act. */
export function endAll(spans: readonly Span[], act: number): void {
  for (const span of spans) span.to ??= act
}

/** A system's right to publish a type, as of an act. */
export function rightOf(system: SystemEntry, type: string, act: number): RightEntry | undefined {
  return system.rights.find((right) => right.type === type && holdsAt(right.span, act))
}
