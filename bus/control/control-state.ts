import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { emptyRegistryState, type RegistryState } from '../registry/registry-state.ts'
import type { Act, ActOf } from './acts.ts'
import { foldRegistryAct } from './registry-acts.ts'

/** Acts between which something holds: from `from` on, until just before `to`. */
export interface Span {
  readonly from: number
  to: number | undefined
}

/** Whether a span holds as of an act: with that act folded and none after it. */
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
  /** While it holds the code is open. */
  readonly open: Span
}

export interface KeyEntry {
  readonly kid: string
  readonly jwk: PublicJwk
  readonly thumbprint: string
  readonly span: Span
  /** When the key may first and last sign, milliseconds since the epoch. */
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
  /** While it holds the system is not revoked. */
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
  /** From its signing to its end. */
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
 * Control state: the fold of all control acts. Nothing in it is deleted, so
 * every question can be asked as of any act. Read it freely; only
 * `foldAct` changes it.
 */
export interface ControlState {
  /** Number of the last act folded; 0 before the first. */
  lastAct: number
  readonly agencies: Map<string, AgencyEntry>
  readonly systems: Map<string, SystemEntry>
  readonly agreements: Map<string, AgreementEntry>
  readonly registry: RegistryState
  readonly busKeys: Map<string, BusKeyEntry>
  /** Who holds a key, by RFC 7638 thumbprint. */
  readonly thumbprints: Map<string, string>
  /** Hash of the body of the last act on each resource. */
  readonly lastOn: Map<string, string>
}

export function emptyControlState(): ControlState {
  return {
    lastAct: 0,
    agencies: new Map(),
    systems: new Map(),
    agreements: new Map(),
    registry: emptyRegistryState(),
    busKeys: new Map(),
    thumbprints: new Map(),
    lastOn: new Map()
  }
}

/** What a fold needs beside the act: its number, when it was recorded, and its key where it brings one. */
export interface FoldContext {
  readonly number: number
  readonly recordedAt: number
  readonly hash: string
  /** Whose a subject becomes: the actor's agency, `/bus` where an operator acts. */
  readonly owner: string
  readonly key?: { readonly jwk: PublicJwk; readonly thumbprint: string }
}

/** Takes one act, already checked by `checkActRules`, into the state. */
export function foldAct(state: ControlState, act: Act, context: FoldContext): void {
  const from = context.number
  const entry = <T>(map: Map<string, T>, key: string): T => {
    const found = map.get(key)
    if (!found) throw new TypeError(`${act.act} on ${key}, which checkActRules let pass`)
    return found
  }
  const end = (spans: readonly Span[]): void => {
    for (const span of spans) span.to ??= from
  }
  switch (act.act) {
    case 'agency.added':
      state.agencies.set(codeOf(act.resource), {
        code: codeOf(act.resource),
        name: act.name,
        parent: act.parent,
        otherCode: act.otherCode,
        validFrom: act.validFrom,
        validTo: undefined,
        successor: undefined,
        open: { from, to: undefined }
      })
      break
    case 'agency.changed': {
      const agency = entry(state.agencies, codeOf(act.resource))
      agency.name = act.name ?? agency.name
      agency.parent = act.parent ?? agency.parent
      agency.otherCode = act.otherCode ?? agency.otherCode
      break
    }
    case 'agency.closed': {
      const agency = entry(state.agencies, codeOf(act.resource))
      agency.open.to = from
      agency.successor = act.successor
      agency.validTo = act.validTo
      break
    }
    case 'system.added':
      state.systems.set(act.resource, newSystem(act, from))
      break
    case 'system.suspended':
      entry(state.systems, act.resource).suspensions.push({ from, to: undefined })
      break
    case 'system.resumed':
      end(entry(state.systems, act.resource).suspensions)
      break
    case 'system.revoked':
      entry(state.systems, act.resource).span.to = from
      break
    case 'key.added':
      addKey(state, act, context)
      break
    case 'key.retired': {
      const key = entry(state.systems, act.resource).keys.find(({ kid, span }) => kid === act.kid && !span.to)
      if (!key) throw new TypeError(`no key ${act.kid} to retire`)
      key.span.to = from
      key.validToAt = Math.min(key.validToAt, context.recordedAt)
      break
    }
    case 'right.granted':
      entry(state.systems, act.resource).rights.push({
        type: act.type,
        recipients: act.recipients,
        span: { from, to: undefined }
      })
      break
    case 'right.withdrawn':
      end(
        entry(state.systems, act.resource)
          .rights.filter(({ type }) => type === act.type)
          .map(({ span }) => span)
      )
      break
    case 'agreement.drafted':
      state.agreements.set(act.resource, {
        id: act.resource,
        provider: act.provider,
        consumer: act.consumer,
        types: act.types,
        purpose: act.purpose,
        legalBasis: act.legalBasis,
        validFromAt: act.validFrom ? Date.parse(act.validFrom) : 0,
        validToAt: act.validTo ? Date.parse(act.validTo) : Number.POSITIVE_INFINITY,
        drafted: from,
        signed: undefined,
        ended: undefined,
        suspensions: []
      })
      break
    case 'agreement.signed':
      entry(state.agreements, act.resource).signed = { from, to: undefined }
      break
    case 'agreement.suspended':
      entry(state.agreements, act.resource).suspensions.push({ from, to: undefined })
      break
    case 'agreement.resumed':
      end(entry(state.agreements, act.resource).suspensions)
      break
    case 'agreement.ended': {
      const agreement = entry(state.agreements, act.resource)
      agreement.ended = from
      if (agreement.signed) agreement.signed.to = from
      break
    }
    case 'schema.registered':
    case 'schema.deleted':
    case 'registry-config.changed':
      foldRegistryAct(state.registry, act, { owner: context.owner, number: from })
      break
    case 'bus-key.added':
      if (context.key) {
        const kid = act.resource.slice('/bus/keys/'.length)
        const { recordedAt } = context
        state.busKeys.set(kid, { kid, jwk: context.key.jwk, act: from, recordedAt })
        state.thumbprints.set(context.key.thumbprint, act.resource)
      }
      break
  }
  state.lastOn.set(act.resource, context.hash)
  state.lastAct = from
}

function newSystem(act: ActOf<'system.added'>, from: number): SystemEntry {
  return {
    id: act.resource,
    agency: agencyOfSystem(act.resource),
    name: act.name,
    roles: act.roles ?? [],
    unsigned: act.unsigned ?? false,
    hosted: act.hosted ?? false,
    boundOnly: act.boundOnly ?? false,
    span: { from, to: undefined },
    suspensions: [],
    keys: [],
    rights: []
  }
}

function addKey(state: ControlState, act: ActOf<'key.added'>, context: FoldContext): void {
  const system = state.systems.get(act.resource)
  if (!system || !context.key) throw new TypeError('key.added without its system or key')
  system.keys.push({
    kid: context.key.jwk.kid,
    jwk: context.key.jwk,
    thumbprint: context.key.thumbprint,
    span: { from: context.number, to: undefined },
    validFromAt: act.validFrom ? Date.parse(act.validFrom) : context.recordedAt,
    validToAt: act.validTo ? Date.parse(act.validTo) : Number.POSITIVE_INFINITY
  })
  state.thumbprints.set(context.key.thumbprint, act.resource)
}

/** The code in `/agencies/<code>` or in a system's name; `/bus` for the bus's own systems. */
export function agencyOfSystem(system: string): string {
  return system.startsWith('/bus/') ? '/bus' : (system.split('/')[2] ?? '')
}

function codeOf(resource: string): string {
  return resource.slice('/agencies/'.length)
}
