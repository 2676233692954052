import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'

/** An act that somebody did, as the part that recorded it shows it: a control act, or one on what it is about. */
export interface ActRecord {
  /** Its number among the acts of its source. */
  readonly number: number
  readonly act: string
  readonly resource: string
  /** The system that did it, or in whose name a person did. */
  readonly system: string
  readonly agency: string
  readonly person?: { readonly id: string; readonly name: string }
  /** The agency whose resource it is, if a system of another one did it. */
  readonly onBehalfOf?: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string
  /** SHA-256 of the body that was signed, hex. */
  readonly hash: string
  /** The agencies that it touches: they may see it. */
  readonly agencies: readonly string[]
  readonly body: JsonObject
}

/** Acts of one kind of recording, numbered in the order in which they are committed. */
export interface ActSource {
  readonly name: string
  /** The acts after a number, oldest first. `end`: the last number looked at, which may be of no act that holds. */
  after(number: number, limit: number): Promise<{ readonly acts: readonly ActRecord[]; readonly end: number }>
  /** Acts by number. */
  of(numbers: readonly number[]): Promise<readonly ActRecord[]>
}

/** What the token of a recorded act says: the hash of the body, and the person that the bus vouches for. */
export interface ActEvidence {
  readonly hash: string
  readonly person?: { readonly id: string; readonly name: string }
}

/** Reads the token of an act. Its signature was verified when the act was recorded. */
export function evidenceIn(token: string): ActEvidence {
  const claims = claimsIn(token)
  const hash = Buffer.from(textOf(claims.body), 'base64url').toString('hex')
  const { person } = claims
  if (claims.iss !== '/bus' || person === undefined || !isJsonObject(person)) return { hash }
  return { hash, person: { id: textOf(person.id), name: textOf(person.name) } }
}

/** What a token says that was verified before. */
export function claimsIn(token: string): JsonObject {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JsonObject
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
