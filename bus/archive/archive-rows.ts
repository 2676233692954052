import { insertOf } from '#engines/store/insert-rows.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'
import { type KeptTokens, pathIn, type StoredToken, type TokenRow } from './stored-proofs.ts'

export type Row = ArchiveTables['archiveEvents']

export const insertEvents = insertOf<Row>('archiveEvents', [
  'number',
  'hash',
  'source',
  'id',
  'type',
  'subject',
  'body',
  'recordedTime',
  'act',
  'signatureToken',
  'signatureIndex',
  'signatureSize',
  'signaturePath',
  'receiptToken',
  'receiptIndex',
  'receiptSize',
  'receiptPath',
  'unsigned',
  'hosted',
  'traceparent',
  'schemaId'
])
export const insertTokens = insertOf<TokenRow>('archiveTokens', ['number', 'token', 'nodes'])

interface Kept {
  readonly tokens: KeptTokens
  /** As `keepBodies` returns it. */
  readonly body: string
}

/**
 * A row of the archive. Events of a batch that share a token store it once. Its number is derived from the
 * number of the first such event: twice that for a receipt's token, one more for a signature's.
 */
export function toRow(event: ArchivedEvent, { tokens, body }: Kept): Row {
  const { number, signature, receipt } = event
  return {
    number,
    hash: event.hash,
    source: event.source,
    id: event.id,
    type: event.type,
    subject: event.subject,
    body,
    recordedTime: event.recordedTime,
    act: event.act,
    signatureToken: signature ? tokens.numberOf(signature, 2 * number + 1) : null,
    signatureIndex: signature?.index ?? null,
    signatureSize: signature?.size ?? null,
    signaturePath: signature ? tokens.pathOf(signature) : null,
    receiptToken: tokens.numberOf(receipt, 2 * number),
    receiptIndex: receipt.index,
    receiptSize: receipt.size,
    receiptPath: tokens.pathOf(receipt),
    unsigned: signature ? 0 : 1,
    hosted: event.hosted ? 1 : 0,
    traceparent: event.traceparent ?? null,
    schemaId: event.schemaId ?? null
  }
}

/** The event of a row whose body was read. */
export function toArchived(row: Row, tokens: ReadonlyMap<number, StoredToken>): ArchivedEvent {
  const proof = (
    token: number | null,
    index: number | null,
    size: number | null,
    path: string | null
  ): Proof => {
    const stored = tokens.get(token ?? 0)
    return {
      token: stored?.token ?? '',
      index: index ?? 0,
      size: size ?? 0,
      path: pathIn(path ?? '', stored?.nodes ?? null)
    }
  }
  return {
    number: row.number,
    hash: row.hash,
    source: row.source,
    id: row.id,
    type: row.type,
    subject: row.subject,
    body: row.body,
    recordedTime: row.recordedTime,
    act: row.act,
    signature:
      row.signatureToken === null
        ? undefined
        : proof(row.signatureToken, row.signatureIndex, row.signatureSize, row.signaturePath),
    receipt: proof(row.receiptToken, row.receiptIndex, row.receiptSize, row.receiptPath),
    hosted: row.hosted === 1,
    traceparent: row.traceparent ?? undefined,
    schemaId: row.schemaId ?? undefined
  }
}
