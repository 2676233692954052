import type { TablesOfPart } from '#engines/store/store.ts'

export interface AttachmentTables {
  /**
   * Which agency has uploaded an attachment in full. `pinned` is 1 where an event of its own lists it: no sweep looks
   * at it. What others do with the same bytes changes nothing here, so that nobody learns of it by waiting.
   */
  attachmentHolders: { agency: string; sha256: string; size: number; touchedAt: number; pinned: number }
  /** Uploads that are to be gone on with; `size` is what was announced. */
  attachmentUploads: { agency: string; sha256: string; size: number; touchedAt: number }
  /** Which accepted event lists an attachment: what is listed is pinned. */
  attachmentPins: { sha256: string; event: number; size: number }
}

export const attachmentTables: TablesOfPart = {
  part: 'attachments',
  migrations: [
    [
      `CREATE TABLE "attachmentHolders" (
        agency text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        "touchedAt" bigint NOT NULL,
        PRIMARY KEY (agency, sha256)
      )`,
      'CREATE INDEX "attachmentHoldersByDigest" ON "attachmentHolders" (sha256)',
      `CREATE TABLE "attachmentPins" (
        sha256 text NOT NULL,
        event bigint NOT NULL,
        size bigint NOT NULL,
        PRIMARY KEY (sha256, event)
      )`
    ],
    [
      'ALTER TABLE "attachmentHolders" ADD COLUMN pinned bigint NOT NULL DEFAULT 0',
      `UPDATE "attachmentHolders" SET pinned = 1
        WHERE sha256 IN (SELECT sha256 FROM "attachmentPins")`,
      'CREATE INDEX "attachmentHoldersToSweep" ON "attachmentHolders" ("touchedAt") WHERE pinned = 0',
      `CREATE TABLE "attachmentUploads" (
        agency text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        "touchedAt" bigint NOT NULL,
        PRIMARY KEY (agency, sha256)
      )`
    ]
  ]
}
