import type { TablesOfPart } from '#engines/store/store.ts'

export interface AttachmentTables {
  /**
   * Agencies that have uploaded an attachment completely. `pinned` is 1 if an event of the agency lists it;
   * the sweep then keeps it. Nothing here depends on other agencies, so that timing cannot reveal what they
   * have stored.
   */
  attachmentHolders: { agency: string; sha256: string; size: number; touchedAt: number; pinned: number }
  /** Unfinished uploads; `size` is the announced size. */
  attachmentUploads: { agency: string; sha256: string; size: number; touchedAt: number }
  /** Uploads in one request, as long as the request lasts. */
  attachmentArrivals: { request: string; agency: string; sha256: string; size: number; touchedAt: number }
  /** Bytes of all completed uploads of an agency: the sum over `attachmentHolders`. */
  attachmentUsage: { agency: string; bytes: number }
  /** The accepted events that list an attachment. A listed attachment is never swept. */
  attachmentPins: { sha256: string; event: number; size: number }
  /** Attachments that something not in the log yet needs, by its name. Their holders' rows are not swept. */
  attachmentHolds: { holder: string; agency: string; sha256: string }
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
    ],
    [
      `CREATE TABLE "attachmentArrivals" (
        request text PRIMARY KEY,
        agency text NOT NULL,
        sha256 text NOT NULL,
        size bigint NOT NULL,
        "touchedAt" bigint NOT NULL
      )`,
      'CREATE TABLE "attachmentUsage" (agency text PRIMARY KEY, bytes bigint NOT NULL)',
      `INSERT INTO "attachmentUsage" (agency, bytes)
        SELECT agency, sum(size) FROM "attachmentHolders" GROUP BY agency`
    ],
    [
      `CREATE TABLE "attachmentHolds" (
        holder text NOT NULL,
        agency text NOT NULL,
        sha256 text NOT NULL,
        PRIMARY KEY (holder, agency, sha256)
      )`,
      'CREATE INDEX "attachmentHoldsByDigest" ON "attachmentHolds" (sha256, agency)'
    ]
  ]
}
