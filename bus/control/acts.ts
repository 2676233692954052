import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isJsonObject, type Json } from '#protocol/events/json.ts'
import { compileCheck, type Violation } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { violationValues } from '#protocol/events/violation-text.ts'
import { checkPublicJwk } from '#protocol/trust/jwk.ts'
import { isPublishedKey } from '#protocol/trust/published-keys.ts'
import { type ControlState, operatorSystem } from './control-state.ts'
import { type ActContext, conflictIf, invalid, type RecordedContext } from './define-act.ts'
import { type ActKind, actDefinitions } from './kinds.ts'
import { type JsonSchema, typesOf } from './types-of.ts'

/** A change to control state. Its other members are defined by its kind. */
export type Act = {
  readonly act: ActKind
  readonly resource: string
  readonly previous: string | null
  /** A public key, in the kinds that add one. */
  readonly key?: Json
}

const Previous = Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()])

/** JSON Schema of each kind of act. */
export const actSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(actDefinitions).map(([kind, { shape }]) => [
    kind,
    Type.Object({ act: Type.Literal(kind), previous: Previous, ...shape }, { additionalProperties: false })
  ])
)

type ActCheck = (value: unknown) => Act

/** Checks by kind, each compiled for the first act of its kind: to compile all takes a tenth of a second. */
function checksOf(schemaOf: (schema: object) => object): (kind: string) => ActCheck | undefined {
  const compiled = new Map<string, ActCheck>()
  return (kind) => {
    const schema = Object.hasOwn(actSchemas, kind) ? actSchemas[kind] : undefined
    if (!schema) return undefined
    const check =
      compiled.get(kind) ?? compileCheck<Act>(schemaOf(schema), (violation) => memberInvalid(kind, violation))
    compiled.set(kind, check)
    return check
  }
}

const newChecks = checksOf((schema) => schema)
const storedChecks = checksOf((schema) => typesOf(schema as JsonSchema))

/**
 * Parses the body of an act that is to be recorded, by all rules of this release. Throws
 * `BUS_JSON_INVALID`, `BUS_ACT_INVALID` or `BUS_KEY_INVALID`.
 */
export function parseNewAct(body: Uint8Array): Act {
  const act = checkedBy(newChecks, parseStrictJson(body))
  if (act.key !== undefined && isPublishedKey(checkPublicJwk(act.key))) {
    throw new BusError('BUS_KEY_INVALID', 'key-published')
  }
  return act
}

/**
 * Parses the body of a stored act. An act that an earlier release has recorded was valid by the rules of
 * that release and stays valid. So only what is needed to apply it is checked: the types of its members.
 * Throws `BUS_ACT_INVALID`.
 */
export function readStoredAct(body: string): Act {
  return checkedBy(storedChecks, jsonIn(body))
}

function checkedBy(checks: ReturnType<typeof checksOf>, value: Json): Act {
  if (!isJsonObject(value)) throw new BusError('BUS_ACT_INVALID', 'act-not-an-object')
  const kind = typeof value.act === 'string' ? value.act : ''
  const check = checks(kind)
  if (!check) throw new BusError('BUS_ACT_INVALID', 'act-kind-unknown', { values: { kind } })
  return check(value)
}

function jsonIn(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new BusError('BUS_ACT_INVALID', 'act-not-an-object', { cause })
  }
}

function memberInvalid(kind: string, violation: Violation): BusError {
  return new BusError('BUS_ACT_INVALID', 'act-member-invalid', {
    values: { kind, ...violationValues(violation) }
  })
}

/**
 * Throws `BUS_NOT_PERMITTED` if the actor may not do this act, `BUS_ACT_CONFLICT` if another act came
 * first, and `BUS_ACT_INVALID` if it is not possible at all.
 */
export function checkActRules(state: ControlState, act: Act, context: ActContext): void {
  const { resource, previous } = act
  const definition = actDefinitions[act.act]
  if (!mayDo(state, act, context)) {
    throw new BusError('BUS_NOT_PERMITTED', 'act-not-permitted', { values: { act: act.act, resource } })
  }
  if (resource === operatorSystem) invalid(act, 'act-on-root', resource)
  const maySee = definition.maySee?.(state, act, context.actor) ?? true
  conflictIf(!maySee, act, 'act-resource-exists') // The hash in the next refusal would tell of each change.
  const last = state.lastOn.get(resource) ?? null
  if (previous !== last) {
    throw new BusError('BUS_ACT_CONFLICT', 'act-previous-differs', {
      values: { resource, expected: last ?? 'null' }
    })
  }
  definition.check(state, act, context)
}

/** Only root may change the bus's own systems and keys; otherwise a system with the role could lock root out. */
function mayDo(state: ControlState, act: Act, { actor }: ActContext): boolean {
  const { byRoot, mayDo: alsoMayDo } = actDefinitions[act.act]
  if (byRoot || act.resource.startsWith('/bus/')) return actor.root
  return actor.operator || (alsoMayDo?.(state, act, actor) ?? false)
}

/** Applies an act that `checkActRules` has accepted to the state. */
export function applyAct(state: ControlState, act: Act, context: RecordedContext): void {
  actDefinitions[act.act].apply(state, act, context)
  state.lastOn.set(act.resource, context.hash)
  state.lastAct = context.number
  state.recordedAt = context.recordedAt
}
