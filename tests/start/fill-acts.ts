import { createHash } from 'node:crypto'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { operatorSystem } from '#bus/control/control-state.ts'
import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { Store } from '#engines/store/store.ts'
import type { SigningKey } from '#protocol/trust/jwk.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

const insert = insertOf<StoredAct>('controlActs', ['number', 'body', 'token', 'recordedAt'])
const audience = 'https://bus.example'

/** What an act says, without the one before it on its resource. */
export interface ActBody {
  readonly act: string
  readonly resource: string
  readonly [member: string]: unknown
}

/**
 * Writes acts of the operator into the store of a bus that does not run, as valid as those that come one by one: over
 * the port they would take minutes. Returns the last number.
 */
export type FillActs = (store: Store, bodies: readonly ActBody[]) => Promise<number>

export function createActFiller(operator: SigningKey): FillActs {
  const lastOn = new Map<string, string>()
  return async (store, bodies) => {
    const last = await lastNumber(store.reader<ControlTables>())
    const recordedAt = new Date().toISOString()
    const rows: StoredAct[] = []
    for (const [index, body] of bodies.entries()) {
      const bytes = Buffer.from(JSON.stringify({ ...body, previous: lastOn.get(body.resource) ?? null }))
      lastOn.set(body.resource, createHash('sha256').update(bytes).digest('hex'))
      const token = await tokenFor(bytes, operator)
      rows.push({ number: last + 1 + index, body: String(bytes), token, recordedAt })
    }
    await store.transaction((transaction) => insert(transaction, rows))
    return last + rows.length
  }
}

function tokenFor(body: Uint8Array, key: SigningKey): Promise<string> {
  const claims = newClaims({ system: operatorSystem, audience, now: Date.now() })
  return signToken({ ...claims, htm: 'POST', htu: `${audience}/v1/acts`, body: bodyDigest(body) }, key)
}
