import type { JsonObject } from '#protocol/events/json.ts'
import type { DossierState, DossierStates } from './dossier-state.ts'

/**
 * The flow of a linked dossier is that of its outermost root, as far as it is known by now; nothing else changes it,
 * and dossiers that are linked in a ring keep theirs. Undefined for its own flow.
 */
export async function flowOf(
  { dossierCode, rootDossierCode }: JsonObject,
  { flow: before }: DossierState,
  states: DossierStates
): Promise<string | undefined> {
  const seen = new Set<unknown>([dossierCode])
  let flow = before ?? (typeof rootDossierCode === 'string' ? rootDossierCode : undefined)
  for (let next = flow; next !== undefined; next = (await states.of(next))?.flow) {
    if (seen.has(next)) return before
    seen.add(next)
    flow = next
  }
  return flow
}
