import type { TablesOfPart } from '#engines/store/store.ts'

export interface SessionTables {
  /** Sessions of people in the console. */
  sessions: {
    /** SHA-256 of the secret in the cookie, hex: who can read the store cannot use a session. */
    id: string
    /** The store's epoch: a restored backup would bring back sessions that have ended since. */
    epoch: number
    person: string
    personName: string
    /** How the person logged in, JSON. */
    login: string
    /** Of an OpenID provider: what its claims say of roles and agency, JSON. */
    claims: string | null
    /** Of an OpenID provider: the ID token, to log out there, and the refresh token; sealed with the cookie's secret. */
    idToken: string | null
    refreshToken: string | null
    /** Milliseconds since the epoch. `checkedAt`: when the provider was last asked for the claims. */
    checkedAt: number
    startedAt: number
    seenAt: number
  }
}

export const sessionTables: TablesOfPart = {
  part: 'sessions',
  migrations: [
    [
      `CREATE TABLE sessions (
        id text PRIMARY KEY,
        epoch bigint NOT NULL,
        person text NOT NULL,
        "personName" text NOT NULL,
        login text NOT NULL,
        claims text,
        "idToken" text,
        "refreshToken" text,
        "checkedAt" bigint NOT NULL,
        "startedAt" bigint NOT NULL,
        "seenAt" bigint NOT NULL
      )`,
      'CREATE INDEX "sessionsByPerson" ON sessions (person, "startedAt")',
      'CREATE INDEX "sessionsBySeen" ON sessions ("seenAt")'
    ]
  ]
}
