import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isJsonObject, type Json } from '#protocol/events/json.ts'
import { compileCheck, type Violation } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import type { ControlState } from './control-state.ts'
import type { ActContext, RecordedContext } from './define-act.ts'
import { type ActKind, actDefinitions } from './kinds.ts'

/** A change to control state. What else is in it is for its definition alone to know. */
export type Act = {
  readonly act: ActKind
  readonly resource: string
  readonly previous: string | null
  /** The public key it brings. */
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

/** Reads an act's body, strictly. Refuses unknown kinds with `BUS_ACT_INVALID`; the other members are for `checkShape` to look at. */
export function parseAct(body: Uint8Array): Act {
  const value = parseStrictJson(body)
  if (!isJsonObject(value)) throw new BusError('BUS_ACT_INVALID', 'act-not-an-object')
  const kind = typeof value.act === 'string' ? value.act : ''
  if (!Object.hasOwn(actDefinitions, kind))
    throw new BusError('BUS_ACT_INVALID', 'act-kind-unknown', { values: { kind } })
  return value as unknown as Act
}

/** Refuses members that are not of the kind's shape with `BUS_ACT_INVALID`. */
export function checkShape(act: Act): void {
  checks.get(act.act)?.(act)
}

function memberInvalid(kind: string, { instancePath, message = '', params }: Violation): BusError {
  const extra = params.additionalProperty
  const member = extra ? `${instancePath}/${extra}` : instancePath
  return new BusError('BUS_ACT_INVALID', 'act-member-invalid', { values: { kind, member, problem: message } })
}

/**
 * Refuses an act that its actor may not do (`BUS_NOT_PERMITTED`) or that does
 * not follow from the state: `BUS_ACT_CONFLICT` where another act came first,
 * `BUS_ACT_INVALID` where it never can be done.
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

/** Takes an act that `checkActRules` let pass into the state. */
export function applyAct(state: ControlState, act: Act, context: RecordedContext): void {
  actDefinitions[act.act].apply(state, act, context)
  state.lastOn.set(act.resource, context.hash)
  state.lastAct = context.number
}
