import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isJsonObject, type Json } from '#protocol/events/json.ts'
import { compileCheck, type Violation } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import type { ControlState } from './control-state.ts'
import type { ActContext, RecordedContext } from './define-act.ts'
import { type ActKind, actDefinitions } from './kinds.ts'

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

const checks = new Map(
  Object.entries(actSchemas).map(([kind, schema]) => [
    kind,
    compileCheck(schema, (violation) => memberInvalid(kind, violation))
  ])
)

/** Parses the body of an act as strict JSON. Throws `BUS_ACT_INVALID` for an unknown kind. `checkShape` checks the other members. */
export function parseAct(body: Uint8Array): Act {
  const value = parseStrictJson(body)
  if (!isJsonObject(value)) throw new BusError('BUS_ACT_INVALID', 'act-not-an-object')
  const kind = typeof value.act === 'string' ? value.act : ''
  if (!Object.hasOwn(actDefinitions, kind))
    throw new BusError('BUS_ACT_INVALID', 'act-kind-unknown', { values: { kind } })
  return value as unknown as Act
}

/** Throws `BUS_ACT_INVALID` unless the members match the kind's shape. */
export function checkShape(act: Act): void {
  checks.get(act.act)?.(act)
}

function memberInvalid(kind: string, { instancePath, message = '', params }: Violation): BusError {
  const extra = params.additionalProperty
  const member = extra ? `${instancePath}/${extra}` : instancePath
  return new BusError('BUS_ACT_INVALID', 'act-member-invalid', { values: { kind, member, problem: message } })
}

/**
 * Throws `BUS_NOT_PERMITTED` if the actor may not do this act, `BUS_ACT_CONFLICT` if another act came
 * first, and `BUS_ACT_INVALID` if it is not possible at all.
 */
export function checkActRules(state: ControlState, act: Act, context: ActContext): void {
  const { resource, previous } = act
  const definition = actDefinitions[act.act]
  if (!context.actor.operator && !definition.mayDo?.(state, act, context.actor)) {
    throw new BusError('BUS_NOT_PERMITTED', 'act-not-permitted', { values: { act: act.act, resource } })
  }
  const last = state.lastOn.get(resource) ?? null
  if (previous !== last) {
    throw new BusError('BUS_ACT_CONFLICT', 'act-previous-differs', {
      values: { resource, expected: last ?? 'null' }
    })
  }
  definition.check(state, act, context)
}

/** Applies an act that `checkActRules` has accepted to the state. */
export function applyAct(state: ControlState, act: Act, context: RecordedContext): void {
  actDefinitions[act.act].apply(state, act, context)
  state.lastOn.set(act.resource, context.hash)
  state.lastAct = context.number
}
