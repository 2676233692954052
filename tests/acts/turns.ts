import { array, boolean, constantFrom, integer, nat, oneof, record } from 'fast-check'
import { operatorSystem } from '#bus/control/control-state.ts'
import { kids, type Signers } from './signers.ts'

/** What happens next; numbers are taken modulo what there is. */
export type Turn =
  | { readonly kind: 'acts'; readonly acts: readonly Draft[] }
  | { readonly kind: 'restart'; readonly process: number }
  | { readonly kind: 'stranger'; readonly row: number; readonly junk: boolean }

/** An act somebody tries; those of one turn are sent at once. */
export interface Draft {
  readonly process: number
  readonly act: string
  readonly signer: number
  /** Which of the signer's keys signs, past ones included. */
  readonly key: number
  readonly target: number
  readonly choice: number
  /** How far the process's clock is from the true time, from now on. */
  readonly clockMs: number
  /** Follows what was sent before it in this turn, as if that had been recorded. */
  readonly chained: boolean
  /** The process loses the store's answer after the act is recorded. */
  readonly losesAnswer: boolean
}

const day = 86_400_000
const often = ['key.added', 'key.retired', 'key.retired', 'system.suspended', 'system.resumed']
const acts = [
  ...often,
  ...often,
  'system.revoked',
  'system.added',
  'agency.added',
  'agency.changed',
  'agency.closed',
  'right.granted',
  'right.withdrawn',
  'agreement.drafted',
  'agreement.signed',
  'agreement.suspended',
  'agreement.resumed',
  'agreement.ended',
  'bus-key.added'
]

const draft = record({
  process: nat(1),
  act: constantFrom(...acts),
  signer: nat(99),
  key: nat(99),
  target: nat(99),
  choice: nat(99),
  clockMs: oneof({ weight: 3, arbitrary: constantFrom(0) }, integer({ min: -3 * day, max: 3 * day })),
  chained: boolean(),
  losesAnswer: nat(19).map((n) => n === 0)
})

export const turns = array(
  oneof(
    {
      weight: 8,
      arbitrary: record({
        kind: constantFrom('acts' as const),
        acts: array(draft, { minLength: 1, maxLength: 5 })
      })
    },
    { weight: 1, arbitrary: record({ kind: constantFrom('restart' as const), process: nat(1) }) },
    {
      weight: 1,
      arbitrary: record({ kind: constantFrom('stranger' as const), row: nat(99), junk: boolean() })
    }
  ),
  { minLength: 1, maxLength: 14, size: 'max' }
)

const codes = ['000.00.91.H03', '000.00.92.H03', '000.00.93.H03']
const operatorRole = `/agencies/${codes[0]}/systems/ops`
const plain = [`/agencies/${codes[0]}/systems/qlvb`, `/agencies/${codes[1]}/systems/qlvb`]
const systems = [...plain, operatorRole, '/bus/systems/watch']
/** Those who may do more act more. */
const signers = [
  operatorSystem,
  operatorSystem,
  operatorSystem,
  operatorRole,
  operatorRole,
  ...plain,
  ...systems
]
/** What a system may do without being an operator. */
const ownActs = [...often.slice(0, 3), 'agreement.drafted', 'agreement.suspended', 'agreement.ended']

/** The system that signs a draft. */
export function signerOf({ signer }: Draft): string {
  return at(signers, signer)
}

/** The body of an act, but for `previous`. */
export type Body = { readonly act: string; readonly resource: string; readonly [member: string]: unknown }

/** What must be there for anything to happen. */
export function firstBodies(keyOf: Signers['publicJwk']): readonly Body[] {
  return [
    ...codes.slice(0, 2).map((code) => ({ act: 'agency.added', resource: `/agencies/${code}`, name: code })),
    ...systems.map(systemAdded),
    ...systems.map((resource, n) => ({ act: 'key.added', resource, key: keyOf(kids[n] ?? '') }))
  ]
}

export interface BodyOptions {
  readonly keyOf: Signers['publicJwk']
  /** Keys a system has or had, as a process knows them. */
  readonly registered: (system: string) => readonly string[]
  /** The instant the run begins at. */
  readonly beginAt: number
}

/** What a draft says. */
export function bodyOf(draft: Draft, { keyOf, registered, beginAt }: BodyOptions): Body {
  const { target, choice } = draft
  const signer = signerOf(draft)
  const isPlain = signer !== operatorSystem && signer !== operatorRole
  const act = isPlain && choice % 5 > 0 ? at(ownActs, target) : draft.act
  const system = isPlain && choice % 4 > 0 ? signer : at([...systems, ...systems, operatorSystem], target)
  const kid = at(kids, choice)
  const [subject] = act.split('.')
  const reason = { reason: `turn ${choice}` }
  switch (subject) {
    case 'agency':
      return {
        act,
        resource: `/agencies/${at(codes, target)}`,
        ...(act === 'agency.closed' ? {} : { name: 'x' })
      }
    case 'agreement':
      return {
        act,
        resource: `/agreements/g-${choice % 3}`,
        ...(act === 'agreement.drafted' ? terms(target) : {})
      }
    case 'bus-key':
      return { act, resource: `/bus/keys/${kid}`, key: keyOf(kid) }
    case 'right':
      return {
        act,
        resource: system,
        type: 'document.issued.v1',
        ...(act === 'right.granted' ? { recipients: '*' } : {})
      }
    case 'key':
      return act === 'key.retired'
        ? { act, resource: system, kid: at([...registered(system), kid], target) }
        : { act, resource: system, key: keyOf(kid), ...validity(target, beginAt) }
    default:
      return act === 'system.added' ? systemAdded(system) : { act, resource: system, ...reason }
  }
}

function systemAdded(resource: string): Body {
  return { act: 'system.added', resource, ...(resource === operatorRole ? { roles: ['operator'] } : {}) }
}

function terms(target: number): object {
  const [provider, consumer] = [at(codes, target), at(codes, target + 1)]
  return { provider, consumer, types: ['document.issued.v1'], purpose: 'x', legalBasis: 'y' }
}

/** A key may be good from some days before the begin until some days after. */
function validity(target: number, beginAt: number): object {
  const days = (target % 7) - 3
  if (target % 3 > 0) return {}
  return { [target % 2 === 0 ? 'validFrom' : 'validTo']: new Date(beginAt + days * day).toISOString() }
}

export function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T
}
