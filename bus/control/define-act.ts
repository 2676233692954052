import type { Static, TObject, TProperties, TSchema } from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { SchemaChecks } from '../registry/schema-checks.ts'
import type { ControlState } from './control-state.ts'

/** Who does an act. `operator` from the configured operator keys or a system's role; `root` from those keys alone. */
export interface Actor {
  readonly system: string
  readonly agency: string
  readonly operator: boolean
  readonly root: boolean
}

/** What is known of an act in addition to its body, before it is recorded. */
export interface ActContext {
  readonly actor: Actor
  /** The public key in member `key`, with its RFC 7638 thumbprint; undefined if the kind has no such member. */
  readonly key: { readonly jwk: PublicJwk; readonly thumbprint: string } | undefined
}

/** What is known of an act when it is recorded, and not any more when it is replayed. */
export interface NewActContext extends ActContext {
  readonly schemaChecks: SchemaChecks
  /** Thumbprints of the operator keys of the configuration. */
  readonly rootThumbprints: ReadonlySet<string>
}

/** What is known of an act once it is recorded. */
export interface RecordedContext extends ActContext {
  readonly number: number
  readonly recordedAt: number
  /** SHA-256 of its body, hex. */
  readonly hash: string
}

export type OnResource = { readonly resource: string }

type ActShape = TProperties & { readonly resource: TSchema }

/** The members of an act, typed by the shape of its kind. */
export type ActOf<S extends ActShape> = OnResource & Readonly<Static<TObject<S>>>

/**
 * Everything about one kind of act; a new kind needs no change elsewhere.
 *
 * `shape` and `checkNew` are asked when an act is recorded, and never again:
 * here a later release may refuse more. `mayDo` and `check` decide whether it
 * holds, when it is recorded and whenever it is replayed. They look at the
 * state, the act and its context alone, so that every process finds the same;
 * and they never become stricter, since what was accepted stays accepted: an
 * act that fell at replay would take with it all that was built on it. Of a
 * stored act they may rely on the types of its members, as `typesOf` keeps
 * them, and on nothing else that the shape says.
 */
export interface ActDefinition<S extends ActShape = ActShape> {
  /** Schemas of the members other than `act` and `previous`. */
  readonly shape: S
  /** The last question before it is recorded: what takes milliseconds, or may change with a release. */
  checkNew?(state: ControlState, act: ActOf<S>, context: NewActContext): void
  /**
   * Does in advance what would take `checkNew` long: acts are recorded one at a time, and all wait for the
   * one that is checked. Rejects as `checkNew` throws.
   */
  prepareNew?(state: ControlState, act: ActOf<S>, schemaChecks: SchemaChecks, agency: string): Promise<void>
  /** Only the configured operator keys may do it. */
  readonly byRoot?: true
  /** Whether an actor may do it who is no operator. Operators may do all; where this is absent, they alone. */
  mayDo?(state: ControlState, act: ActOf<S>, actor: Actor): boolean
  /** Throws if the act is not possible in this state. */
  check(state: ControlState, act: ActOf<S>, context: ActContext): void
  /** Changes the state. Called only after `check` has accepted the act. */
  apply(state: ControlState, act: ActOf<S>, context: RecordedContext): void
}

/** Declares a kind of act; its functions are typed by its shape. */
export function defineAct<S extends ActShape>(definition: ActDefinition<S>): ActDefinition<S> {
  return definition
}

/** Throws for an act that is not possible at all. */
export function invalid({ resource }: OnResource, fault: Fault, value: string): never {
  throw new BusError('BUS_ACT_INVALID', fault, { values: { resource, value } })
}

/** Throws if another act came first. */
export function conflictIf(isSo: boolean, { resource }: OnResource, fault: Fault): void {
  if (isSo) throw new BusError('BUS_ACT_CONFLICT', fault, { values: { resource } })
}
