import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lendIo } from '../../kit/lent-io.ts'
import { sentMarks } from './sent-marks.ts'

describe('what an axis keeps of packages that were sent', () => {
  it('is of some 30 days, also where each of them has 200 recipients', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const io = lendIo({ now: () => now })
    const recipients = Array.from({ length: 200 }, (_unused, index) => `000.00.${index}.H03`)
    for (let day = 0; day < 70; day += 1) {
      now += 86_400_000
      const draft = {
        type: 'document.issued.v1',
        subject: `D-${day}`,
        recipients,
        data: { title: 'Công văn' }
      }
      io.keep(await sentMarks(draft, String(day), io))
    }
    const days = new Set((await io.marks('newest ', 'newest!', 1000)).map(([, docId]) => docId))
    assert.ok(days.has('69') && days.has('40'))
    assert.ok(days.size <= 32, String(days.size))
    assert.ok((await io.marks('sent ', 'sent:', 100_000)).length <= 32 * recipients.length)
  })
})
