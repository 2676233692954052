import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { StoredAct } from './act-journal.ts'
import { applyAct } from './acts.ts'
import { type ControlState, emptyControlState } from './control-state.ts'
import { decideAct } from './decide.ts'

/** A stored act that is not valid; the bus ignores it. */
export interface InvalidAct {
  readonly number: number
  readonly error: unknown
}

/** Verifies signature and rules of all acts, from the first on, whatever was verified before. */
export async function verifyActs(
  acts: AsyncIterable<StoredAct> | Iterable<StoredAct>,
  operatorKeys: ReadonlyMap<string, PublicJwk>
): Promise<{
  readonly state: ControlState
  readonly count: number
  readonly invalid: readonly InvalidAct[]
}> {
  const state = emptyControlState()
  const invalid: InvalidAct[] = []
  let count = 0
  for await (const row of acts) {
    count += 1
    try {
      const { act, context } = await decideAct(state, operatorKeys, row)
      applyAct(state, act, context)
    } catch (error) {
      state.lastAct = row.number
      invalid.push({ number: row.number, error })
    }
  }
  return { state, count, invalid }
}
