import type { Tables, TablesOfPart } from '#engines/store/store.ts'

export interface ControlTables {
  controlActs: {
    /** Without gaps, from 1. */
    number: number
    /** The body as it came, byte for byte: its hash is what the next act on the resource names. */
    body: string
    /** The actor's token, bound to the body. */
    token: string
    /** RFC 3339, UTC, milliseconds. */
    recordedAt: string
  }
}

export const controlTables: TablesOfPart = {
  part: 'control',
  migrations: [
    [
      `CREATE TABLE "controlActs" (
        number BIGINT_KEY,
        body text NOT NULL,
        token text NOT NULL,
        "recordedAt" text NOT NULL
      )`
    ]
  ]
}

/** The number of the last act recorded, by whichever process; 0 before the first. */
export async function lastNumber(db: Tables<ControlTables>): Promise<number> {
  const last = db.selectFrom('controlActs').select((e) => e.fn.max('number').as('number'))
  return Number((await last.executeTakeFirst())?.number ?? 0)
}
