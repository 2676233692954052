import type { TablesOfPart } from '#engines/store/store.ts'

export interface RefusalTables {
  /** Requests that were answered with a problem. No payload, no token. */
  refusals: {
    number: number
    traceId: string
    /** Milliseconds since the epoch. */
    at: number
    code: string
    /** The detail in each language. */
    vi: string
    en: string
    /** The checks that the request passed, in order, separated by spaces, and the one that failed. */
    passed: string
    failed: string
    /** The caller whose signature was verified; null if there is none. */
    agency: string | null
    system: string | null
    /** Method and address as the API document writes it. */
    route: string
  }
}

export const refusalTables: TablesOfPart = {
  part: 'refusals',
  migrations: [
    [
      `CREATE TABLE refusals (
        number BIGINT_KEY,
        "traceId" text NOT NULL,
        at bigint NOT NULL,
        code text NOT NULL,
        vi text NOT NULL,
        en text NOT NULL,
        passed text NOT NULL,
        failed text NOT NULL,
        agency text,
        system text,
        route text NOT NULL
      )`,
      'CREATE INDEX "refusalsByTrace" ON refusals ("traceId", number)',
      'CREATE INDEX "refusalsByTime" ON refusals (at)'
    ]
  ]
}
