import { insertOf } from '#engines/store/insert-rows.ts'
import { nodesIn, type Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'

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
export const insertTokens = insertOf<ArchiveTables['archiveTokens']>('archiveTokens', ['number', 'token'])

/**
 * A row of the archive. Events of a batch that share a token store it once. Its number is derived from the
 * number of the first such event: twice that for a receipt's token, one more for a signature's.
 */
export function toRow(event: ArchivedEvent, tokens: Map<string, number>): Row {
  const { number, signature, receipt } = event
  const numberOf = (token: string, first: number): number => {
    const known = tokens.get(token) ?? first
    tokens.set(token, known)
    return known
  }
  return {
    number,
    hash: event.hash,
    source: event.source,
    id: event.id,
    type: event.type,
    subject: event.subject,
    body: event.body,
    recordedTime: event.recordedTime,
    act: event.act,
    signatureToken: signature ? numberOf(signature.token, 2 * number + 1) : null,
    signatureIndex: signature?.index ?? null,
    signatureSize: signature?.size ?? null,
    signaturePath: signature ? signature.path.join(' ') : null,
    receiptToken: numberOf(receipt.token, 2 * number),
    receiptIndex: receipt.index,
    receiptSize: receipt.size,
    receiptPath: receipt.path.join(' '),
    unsigned: signature ? 0 : 1,
    hosted: event.hosted ? 1 : 0,
    traceparent: event.traceparent ?? null,
    schemaId: event.schemaId ?? null
  }
}

export function toArchived(row: Row, tokens: ReadonlyMap<number, string>): ArchivedEvent {
  const proof = (
    token: number | null,
    index: number | null,
    size: number | null,
    path: string | null
  ): Proof => ({
    token: tokens.get(token ?? 0) ?? '',
    index: index ?? 0,
    size: size ?? 0,
    path: nodesIn(path ?? '')
  })
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
