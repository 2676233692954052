import { createHash } from 'node:crypto'
import type { ConnectorIo, Marks } from '../../connector.ts'

/**
 * What is known of a procedure: the hash of its entry as it was listed last, empty once it is withdrawn; how often it
 * changed; its name, and whether it is published now. An entry that cannot be used is known, and not published.
 */
type Known = readonly [hash: string, version: number, name: string, isPublished: boolean]

/** The catalogue as it was published, kept in marks. Each holds some procedures, so that none grows too long. */
export interface KnownProcedures {
  readonly entries: ReadonlyMap<string, Known>
  /** The marks to write with the item of a procedure. */
  set(code: string, known: Known): Marks
}

const marks = 256
const shownName = 120

export async function readKnownProcedures({ mark }: Pick<ConnectorIo, 'mark'>): Promise<KnownProcedures> {
  const entries = new Map<string, Known>()
  const parts: Record<string, Known>[] = []
  for (let number = 0; number < marks; number += 1) {
    const part = JSON.parse((await mark(keyOf(number))) ?? '{}') as Record<string, Known>
    parts.push(part)
    for (const [code, known] of Object.entries(part)) entries.set(code, known)
  }
  return {
    entries,
    set(code, [hash, version, name, isPublished]) {
      const known = [hash, version, name.slice(0, shownName), isPublished] as const
      const number = numberOf(code)
      parts[number] = { ...parts[number], [code]: known }
      entries.set(code, known)
      return { [keyOf(number)]: JSON.stringify(parts[number]) }
    }
  }
}

function keyOf(number: number): string {
  return `catalogue ${number}`
}

function numberOf(code: string): number {
  return createHash('sha256').update(code).digest()[0] ?? 0
}
