import type { TablesOfPart } from '#engines/store/store.ts'

/**
 * Tables of the view of flows. They only contain what is searched: what a step says is read from the archive.
 * All are written in the lane `flows`.
 */
export interface FlowTables {
  /** Each time that the view was or is being made from the archive, and how far. */
  flowGenerations: {
    generation: number
    /** What the rows mean: `viewVersion` of the release that made them. */
    version: number
    /** `live` is searched; `building` takes its place once it has caught up; `ending` is being removed. */
    state: 'live' | 'building' | 'ending'
    /** Archive number of the last event in it. */
    position: number
  }
  /** The flow of each event, by archive number. The events of a flow are found by its term. */
  flowSteps: { generation: number; number: number; flow: string }
  /** Which events of a block of the archive have a term (`terms.ts`). */
  flowTerms: {
    generation: number
    term: string
    block: number
    /** Two characters for each event, in the order of their numbers (`postings.ts`). */
    events: string
  }
  /** Events that should follow and have not come yet. */
  flowExpected: {
    generation: number
    /** Archive number of the event that they should follow, the agency, and which of several. */
    id: string
    flow: string
    step: number
    /** The agency that sent that event. */
    sender: string
    subject: string
    /** The CloudEvents id of that event: an answer may name it as its cause. */
    event: string
    /** The agency that should send one. */
    agency: string
    /** Event types, any of which will do, separated by spaces. */
    types: string
    /** Milliseconds since the epoch. */
    since: number
    /** From when it is overdue, in milliseconds since the epoch; null if it never is. */
    due: number | null
  }
}

export const flowTables: TablesOfPart = {
  part: 'flows',
  migrations: [
    [
      `CREATE TABLE "flowGenerations" (
        generation bigint PRIMARY KEY,
        version bigint NOT NULL,
        state text NOT NULL,
        position bigint NOT NULL
      )`,
      `CREATE TABLE "flowSteps" (
        generation bigint NOT NULL,
        number bigint NOT NULL,
        flow text NOT NULL,
        PRIMARY KEY (generation, number)
      ) IN_KEY_ORDER`,
      `CREATE TABLE "flowTerms" (
        generation bigint NOT NULL,
        term text NOT NULL,
        block bigint NOT NULL,
        events text NOT NULL,
        PRIMARY KEY (generation, term, block)
      ) IN_KEY_ORDER`,
      `CREATE TABLE "flowExpected" (
        generation bigint NOT NULL,
        id text NOT NULL,
        flow text NOT NULL,
        step bigint NOT NULL,
        sender text NOT NULL,
        subject text NOT NULL,
        event text NOT NULL,
        agency text NOT NULL,
        types text NOT NULL,
        since bigint NOT NULL,
        due bigint,
        PRIMARY KEY (generation, id)
      )`,
      'CREATE INDEX "flowExpectedByFlow" ON "flowExpected" (generation, flow, agency)',
      'CREATE INDEX "flowExpectedBySubject" ON "flowExpected" (generation, agency, subject)',
      'CREATE INDEX "flowExpectedByStep" ON "flowExpected" (generation, step, due)'
    ],
    [
      'DROP INDEX "flowExpectedByFlow"',
      'DROP INDEX "flowExpectedBySubject"',
      // The flow of most events is their subject.
      'CREATE INDEX "flowExpectedByFlow" ON "flowExpected" (generation, flow, agency) WHERE flow <> subject',
      'CREATE INDEX "flowExpectedBySubject" ON "flowExpected" (generation, subject, agency)'
    ]
  ]
}
