import type { Tables, TablesOfPart } from '#engines/store/store.ts'

export interface ControlTables {
  controlActs: {
    /** Without gaps, from 1. */
    number: number
    /** The body as received, byte for byte: the next act on the resource names its hash. */
    body: string
    /** The actor's token, whose `body` claim is the body's digest. */
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

/** Number of the last act recorded by any process; 0 if there is none. */
export async function lastNumber(db: Tables<ControlTables>): Promise<number> {
  const last = db.selectFrom('controlActs').select((e) => e.fn.max('number').as('number'))
  return Number((await last.executeTakeFirst())?.number ?? 0)
}
