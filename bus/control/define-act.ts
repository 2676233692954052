import type { Static, TObject, TProperties, TSchema } from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { PreparedCheck, SchemaChecks } from '../registry/schema-checks.ts'
import type { ControlState } from './control-state.ts'

/** The system that does an act. `operator`: it has a configured operator key or the role. `root`: it has such a key. */
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

/** What is known of an act only when it is recorded, not when it is replayed. */
export interface NewActContext extends ActContext {
  readonly schemaChecks: SchemaChecks
  /** What `prepareNew` has found; undefined for an act of the bus's own. */
  readonly prepared: PreparedCheck | undefined
  /** Thumbprints of the configured operator keys. */
  readonly rootThumbprints: ReadonlySet<string>
}

/** What is known of an act when it is recorded. */
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
 * `shape`, `checkNew` and `prepareNew` are used only when an act is recorded; here a later release may
 * become stricter. `mayDo` and `check` decide whether an act is valid, both when it is recorded and each
 * time it is replayed. They depend only on the state, the act and its context, so that every process
 * decides the same. They must never become stricter: a stored act that is suddenly invalid would also
 * invalidate all acts that build on it. They and `apply` may rely on the types of the members, as `typesOf`
 * keeps them, but on nothing else in `shape`.
 */
export interface ActDefinition<S extends ActShape = ActShape> {
  /** Schemas of the members other than `act` and `previous`. */
  readonly shape: S
  /** Checked last and only when an act is recorded: for checks that take milliseconds or may change with a release. */
  checkNew?(state: ControlState, act: ActOf<S>, context: NewActContext): void
  /**
   * Does in advance what would take `checkNew` long: acts are recorded one at a time, and all wait for the
   * one that is checked. `checkNew` refuses the act if what it depends on has changed since. Rejects as
   * `checkNew` throws.
   */
  prepareNew?(
    state: ControlState,
    act: ActOf<S>,
    schemaChecks: SchemaChecks,
    agency: string
  ): Promise<PreparedCheck>
  /** Only the configured operator keys may do it. */
  readonly byRoot?: true
  /** Whether an actor other than an operator may do it. Operators may always; if this is absent, only they may. */
  mayDo?(state: ControlState, act: ActOf<S>, actor: Actor): boolean
  /**
   * Whether the actor may see what the resource is now; if this is absent, everyone may. Who may not is told
   * only that the name is in use, whatever `previous` the act has.
   */
  maySee?(state: ControlState, act: ActOf<S>, actor: Actor): boolean
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
