import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bounceDifferences } from '../fixtures/bounce-differences.ts'
import { type BounceCase, bounceCases } from '../fixtures/vectors.ts'
import { readMail } from '../mail/read-mail.ts'
import { readReport } from './read-report.ts'
import type { Report } from './report.ts'

/** The words of the source tool, in ours. It tells recipients that a filter rejects from those unknown, and the reply does not. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  ...{ userunknown: ['UNKNOWN_ADDRESS'], hostunknown: ['UNKNOWN_ADDRESS'], hasmoved: ['UNKNOWN_ADDRESS'] },
  ...{ mailboxfull: ['MAILBOX_FULL'], expired: ['EXPIRED'], filtered: ['REFUSED', 'UNKNOWN_ADDRESS'] },
  ...{ rejected: ['REFUSED'], blocked: ['REFUSED'], norelaying: ['REFUSED'], policyviolation: ['REFUSED'] },
  ...{ requireptr: ['REFUSED'], authfailure: ['REFUSED'], spamdetected: ['CONTENT_REFUSED'] },
  ...{ mesgtoobig: ['CONTENT_REFUSED'], networkerror: ['UNREACHABLE'], feedback: ['OTHER'] }
}

/** What is read otherwise, by name. */
function differences({ file, expected }: BounceCase, { kind, rows, original }: Report): readonly string[] {
  const found: string[] = []
  const check = (name: string, isSame: boolean): void => {
    if (!isSame) found.push(`${file} ${name}`)
  }
  check('class', expected.class === kind)
  if ('original_subject' in expected)
    check('original subject', unspoilt(expected.original_subject ?? '') === (original?.subject ?? ''))
  if ('original_message_id' in expected)
    check('original id', `<${expected.original_message_id}>` === original?.messageId)
  if ('original_from' in expected) check('original sender', expected.original_from === original?.from)
  if (!expected.rows) return found
  const sorted = byRecipient(rows)
  const wanted = byRecipient(expected.rows)
  const names = wanted.map(({ recipient }) => recipient ?? undefined)
  check('recipients', JSON.stringify(names) === JSON.stringify(sorted.map(({ recipient }) => recipient)))
  for (const [index, row] of wanted.entries()) {
    const { action, status, reply, reason } = sorted[index] ?? {}
    check('action', (row.action ?? undefined) === action)
    // The source tool makes up statuses such as 5.0.911 where the server gave none.
    check('status', /\.0\.9\d\d$/.test(row.status ?? '') || (row.status ?? undefined) === status)
    check('reply', (row.smtp_code ?? undefined) === reply)
    check('reason', (reasons[row.reason] ?? ['OTHER']).includes(reason ?? ''))
  }
  return found
}

function byRecipient<Row extends { readonly recipient?: string | null | undefined }>(
  rows: readonly Row[]
): readonly Row[] {
  return rows.toSorted((one, other) => ((one.recipient ?? '') < (other.recipient ?? '') ? -1 : 1))
}

/** Some expected subjects are UTF-8 that was read as Latin-1. */
function unspoilt(given: string): string {
  const text = given.trim()
  const read = Buffer.from(text, 'latin1').toString()
  return /[\u0100-\uffff]/.test(text) || read.includes('\ufffd') ? text : read
}

describe('email: reports of others', () => {
  it('reads every case of the test suites as they do, or otherwise as the table says', async () => {
    const found: string[] = []
    for (const one of bounceCases) found.push(...differences(one, readReport(await readMail(one.bytes))))
    assert.deepEqual([...new Set(found)].toSorted(), Object.keys(bounceDifferences).toSorted())
    assert.equal(bounceCases.length, 125)
  })

  it('reads a report the same, whatever ends its lines', async () => {
    for (const { bytes, expected } of bounceCases) {
      const same = bounceCases.find(({ file }) => file === expected.same_as)
      if (same) assert.deepEqual(readReport(await readMail(bytes)), readReport(await readMail(same.bytes)))
    }
  })
})
