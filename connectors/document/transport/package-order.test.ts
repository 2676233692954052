import assert from 'node:assert/strict'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { opened } from '../fixtures/opened-transport.ts'
import { e, smallPackage } from '../fixtures/small.ts'
import { openPackageFolder } from './folder.ts'
import { timeIn } from './package-order.ts'

const hopAt = (time: string): string => e('TraceHeader', e('OrganId', '000.00.91.H03'), e('Timestamp', time))

describe('the time of a package', () => {
  it('has a recall taken after its document, however many receivers the document has', async (t) => {
    const folder = temporaryFolder(t)
    const packages = opened(await openPackageFolder(folder, () => {}))
    const receivers = Array.from({ length: 450 }, (_unused, index) =>
      e(
        'To',
        e('OrganId', `A${index}`),
        e('OrganName', `Xã mẫu ${index}`),
        e('OrganAdd', 'Đường '.repeat(100))
      )
    )
    const contents = {
      'a-van-ban.edxml': smallPackage({ message: receivers.join(''), hops: hopAt('2026/02/27 08:00:00') }),
      'b-thu-hoi.edxml': smallPackage({ hops: hopAt('2026/02/27 09:00:00') }),
      'c-cu.edxml': smallPackage({ hops: hopAt('2026/02/27 07:00:00') })
    }
    for (const [name, content] of Object.entries(contents)) {
      writeFileSync(join(folder, 'in', name), content)
      utimesSync(join(folder, 'in', name), new Date(), new Date(Date.now() - 10_000))
    }
    const taken: string[] = []
    for (let next = await packages.next(); next; next = await packages.next()) {
      taken.push(next.reference.split(' ')[1] ?? '')
      await packages.sent(next.reference)
    }
    assert.deepEqual(taken, ['c-cu.edxml', 'a-van-ban.edxml', 'b-thu-hoi.edxml'])
  })

  it('is not that of anything after its trace', () => {
    const later = e('Timestamp', '2030/01/01 00:00:00')
    const bytes = Buffer.from(smallPackage({ body: later, root: later }))
    assert.equal(timeIn(bytes), Date.parse('2026-02-27T01:00:00Z'))
  })

  it('is in a package whose trace does not end within what is looked at, and in a status', () => {
    const head = Buffer.from(
      smallPackage({ hops: hopAt('2026/02/27 09:00:00') }).split('</e:TraceHeaderList>')[0] ?? ''
    )
    assert.equal(timeIn(head), Date.parse('2026-02-27T02:00:00Z'))
    assert.equal(
      timeIn(Buffer.from('<a><Timestamp x="1">2026/02/27</Timestamp></a>')),
      Date.parse('2026-02-26T17:00:00Z')
    )
    assert.equal(timeIn(Buffer.from('<a/>')), undefined)
  })
})
