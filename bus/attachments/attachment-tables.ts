import type { TablesOfPart } from '../store/store.ts'

export interface AttachmentTables {
  /** Which agency has uploaded an attachment in full. */
  attachmentHolders: { agency: string; sha256: string; size: number; touchedAt: number }
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
    ]
  ]
}
