import type { TablesOfPart } from '#engines/store/store.ts'

export interface ArchiveTables {
  archiveEvents: {
    /** Order of projection, from 1, without gaps. */
    number: number
    hash: string
    source: string
    id: string
    type: string
    subject: string
    /** The event's canonical form (RFC 8785), byte for byte, as `createBodyReader` reads it. */
    body: string
    recordedTime: string
    /** Number of the last act that the event was checked under. */
    act: number
    signatureToken: number | null
    signatureIndex: number | null
    signatureSize: number | null
    /** As `pathIn` reads it. */
    signaturePath: string | null
    receiptToken: number
    receiptIndex: number
    receiptSize: number
    /** As `pathIn` reads it. */
    receiptPath: string
    unsigned: number
    hosted: number
    traceparent: string | null
    schemaId: number | null
  }
  /** Each token once, since up to 500 events of a batch share it, and the nodes of their paths, 32 bytes each. */
  archiveTokens: { number: number; token: string; nodes: Uint8Array | null }
  /** Bodies of events that came together, one after the other, compressed (RFC 1951), by the number of the first. */
  archiveBodies: { number: number; texts: Uint8Array }
}

export const archiveTables: TablesOfPart = {
  part: 'archive',
  migrations: [
    [
      `CREATE TABLE "archiveEvents" (
        number BIGINT_KEY,
        hash text NOT NULL UNIQUE,
        source text NOT NULL,
        id text NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        "recordedTime" text NOT NULL,
        act bigint NOT NULL,
        "signatureToken" bigint,
        "signatureIndex" bigint,
        "signatureSize" bigint,
        "signaturePath" text,
        "receiptToken" bigint NOT NULL,
        "receiptIndex" bigint NOT NULL,
        "receiptSize" bigint NOT NULL,
        "receiptPath" text NOT NULL,
        unsigned bigint NOT NULL,
        hosted bigint NOT NULL,
        traceparent text
      )`,
      'CREATE TABLE "archiveTokens" (number BIGINT_KEY, token text NOT NULL)'
    ],
    ['CREATE INDEX "archiveEventsBySubject" ON "archiveEvents" (subject, number)'],
    ['ALTER TABLE "archiveEvents" ADD COLUMN "schemaId" bigint'],
    ['ALTER TABLE "archiveTokens" ADD COLUMN nodes bytea'],
    ['CREATE TABLE "archiveBodies" (number BIGINT_KEY, texts bytea NOT NULL)']
  ]
}
