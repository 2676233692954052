import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventItem, FaultyItem } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { listOf, openStaff, other, summaries, unit } from './fixtures/open.ts'
import type { StaffSettings } from './settings.ts'

const full =
  'Mã cán bộ,Họ và tên,Đơn vị,Chức vụ,Trạng thái,Ngày hiệu lực,Đơn vị kiêm nhiệm,Chức vụ kiêm nhiệm'
const dataOf = (item: unknown): Readonly<Record<string, unknown>> => (item as EventItem).event.data
const people = (count: number, from = 0): readonly string[] =>
  Array.from(
    { length: count },
    (_, at) => `CB${String(from + at).padStart(5, '0')},Cán Bộ ${at},${unit},Chuyên viên`
  )

describe('lists of staff', () => {
  it('tell who joins, is renamed, moves, changes role, is seconded, goes on leave and leaves', async (t) => {
    const { drop, poll } = await openStaff(t, { alwaysClosed: 5, units: { 'Phòng Nội vụ': unit } })
    const day = async (row: string): Promise<readonly unknown[]> => {
      await drop(`${full}\n${row}\nCB2,Trần Thị Đào,${unit},,,,,\n`)
      return await poll()
    }
    const joined = await day('CB1,Nguyễn Văn Mẫu,Phòng Nội vụ,Chuyên viên,Đang làm việc,05/08/2026,,')
    assert.deepEqual(summaries(joined as EventItem[]), ['CB1 account.opened.v1', 'CB2 account.opened.v1'])
    assert.deepEqual(dataOf(joined[0]), {
      ...{ staffNumber: 'CB1', fullName: 'Nguyễn Văn Mẫu', unit, position: 'Chuyên viên' },
      effectiveDate: '2026-08-05'
    })
    const all = await day(
      `CB1,Nguyễn Văn Mới,${other},Phó Trưởng phòng,Nghỉ dài hạn,06/08/2026,Phòng Nội vụ,Ủy viên`
    )
    assert.deepEqual(summaries(all as EventItem[]), [
      'CB1 RENAMED',
      'CB1 MOVED',
      'CB1 SECONDED',
      'CB1 SUSPENDED'
    ])
    assert.deepEqual([dataOf(all[0]).previousName, dataOf(all[1]).previousUnit], ['Nguyễn Văn Mẫu', unit])
    assert.deepEqual(dataOf(all[3]).secondPosts, [{ unit, position: 'Ủy viên' }])
    const back = await day(`CB1,Nguyễn Văn Mới,${other},Trưởng phòng,Đang làm việc,,,`)
    assert.deepEqual(summaries(back as EventItem[]), [
      'CB1 ROLE_CHANGED',
      'CB1 SECONDMENT_ENDED',
      'CB1 RESUMED'
    ])
    const left = await day(`CB1,Nguyễn Văn Mới,${other},Trưởng phòng,Nghỉ hưu,01/09/2026,,`)
    assert.deepEqual(summaries(left as EventItem[]), ['CB1 RETIRED'])
    assert.equal(dataOf(left[0]).effectiveDate, '2026-09-01')
    const again = await day(`CB1,Nguyễn Văn Mới,${other},Trưởng phòng,Đang làm việc,,,`)
    assert.deepEqual(summaries(again as EventItem[]), ['CB1 account.opened.v1'])
  })

  it('close who is not in the list any more, and are moved once they are taken', async (t) => {
    const { drop, poll, names } = await openStaff(t)
    await drop(listOf(...people(5)))
    await poll()
    await drop(listOf(...people(4)))
    assert.deepEqual(summaries(await poll()), ['CB00004 OTHER'])
    assert.deepEqual([(await names('in')).length, (await names('accepted')).length], [0, 2])
  })

  it('hold nothing that must not get on the bus', async (t) => {
    const { drop, poll } = await openStaff(t)
    const columns = 'Dân tộc,Tôn giáo,Ngày vào Đảng,Sức khỏe,CCCD,Ngày sinh,Điện thoại,Thư điện tử'
    const secrets = ['Tày', 'Phật giáo', '03/02/1999', 'Loại II', '010012345678', '01/01/1980', '0912345678']
    const row = `CB1,Nguyễn Văn Mẫu,${unit},Văn thư,${secrets.join()},rieng@example.vn`
    await drop(`Mã cán bộ,Họ và tên,Đơn vị,Chức vụ,${columns}\n${row}\n`)
    const items = await poll()
    assert.equal(items.length, 1)
    const text = JSON.stringify(items)
    for (const secret of [...secrets, 'rieng@example.vn']) assert.ok(!text.includes(secret), secret)
    const csv = { folder: '/lists', columns: { position: 'Dân tộc' } }
    const problems = await checkSettings({ csv } as unknown as StaffSettings)
    assert.deepEqual(problems, ['/csv/columns/position names a column that must not get on the bus'])
  })

  it('that would close too many accounts wait for a person, who accepts them by a retry', async (t) => {
    const { drop, poll, retry, names } = await openStaff(t)
    await drop(listOf(...people(40)))
    await poll()
    await drop(listOf(...people(30)))
    const [held, ...rest] = (await poll()) as readonly FaultyItem[]
    assert.deepEqual([held?.fault.fault, rest.length], ['staff:closesMany', 0])
    assert.match(held?.fault.text('vi') ?? '', /đóng 10 trên 40 tài khoản trong một ngày, nhiều hơn mức 4/)
    assert.deepEqual(await poll(), [])
    assert.equal((await names('in')).length, 1)
    retry(held?.reference ?? '')
    const accepted = [...(await poll()), ...(await poll())]
    assert.deepEqual(
      summaries(accepted),
      people(10, 30).map((row) => `${row.slice(0, 7)} OTHER`)
    )
    assert.deepEqual(await poll(), [])
    assert.equal((await names('in')).length, 0)
  })

  it('that are held give way to a newer list', async (t) => {
    const { drop, poll, names } = await openStaff(t)
    await drop(listOf(...people(10)))
    await poll()
    await drop(listOf(...people(2)))
    assert.deepEqual(summaries(await poll()), ['closesMany'])
    await drop(listOf(...people(11)))
    assert.deepEqual(summaries(await poll()), ['CB00010 account.opened.v1'])
    assert.equal((await names('refused')).length, 2, 'the list, and the reason')
  })

  it('are held whole for a bad row, and nothing of them is applied', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(listOf(...people(3), `CB9,,${unit},`, 'CB8,Lê Hoà,Phòng lạ,'))
    const [held, ...rest] = (await poll()) as readonly FaultyItem[]
    assert.equal(rest.length, 0)
    const text = held?.fault.text('vi') ?? ''
    assert.match(text, /2 trên 5 dòng.*Dòng 5: thiếu họ và tên.*Dòng 6: chưa biết đơn vị "Phòng lạ"/)
    await drop(listOf(...people(3)))
    assert.equal((await poll()).length, 3)
  })

  it('with a setting hold bad rows alone: their people are neither changed nor closed', async (t) => {
    const { drop, poll } = await openStaff(t, { csv: { badRows: 'hold-rows' } })
    await drop(listOf(...people(4)))
    await poll()
    await drop(listOf(...people(3), 'CB00003,Cán Bộ 3,Phòng lạ,', ...people(1, 7)))
    assert.deepEqual(summaries(await poll()), ['unitUnknown', 'CB00007 account.opened.v1'])
  })

  it('are held if a known staff number lost its leading zeros', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(listOf(`00123,A,${unit},`, `00124,B,${unit},`))
    await poll()
    await drop(listOf(`123,A,${unit},`, `00124,B,${unit},`))
    const [held] = (await poll()) as readonly FaultyItem[]
    assert.match(held?.fault.message ?? '', /Line 2: staff number 123 looks the same as 00123/)
  })

  it('go on where a crash cut them off: nothing is lost or told twice', async (t) => {
    const { drop, poll, pollCutOff } = await openStaff(t)
    await drop(listOf(...people(1200)))
    const all = [...(await pollCutOff(100)), ...(await pollCutOff(0)), ...(await poll())]
    assert.deepEqual(
      summaries(all),
      people(1200).map((row) => `${row.slice(0, 7)} account.opened.v1`)
    )
  })

  it('of 7,867 people are read again within 5 s of processor time, and give no event', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(listOf(...people(7867)))
    assert.equal((await poll()).length, 7867)
    await drop(listOf(...people(7867)))
    const from = process.cpuUsage() // Which, unlike time, is the same on a busy machine.
    assert.deepEqual(await poll(), [])
    const { user, system } = process.cpuUsage(from)
    assert.ok((user + system) / 1e6 < 5)
  })

  const bad: Readonly<Record<string, readonly [content: string, fault: string]>> = {
    'a million columns': [`${'cột,'.repeat(1_000_000)}\n`, 'rowTooLong'],
    'ten thousand columns': [`${'cột,'.repeat(10_000)}\n`, 'tooManyColumns'],
    'a quote that is never closed': [listOf('CB1,"A', ...people(50_000)), 'rowTooLong'],
    'a quote that is not closed in a short list': [listOf('CB1,"A', ...people(5)), 'quoteNotClosed'],
    'a NUL': [listOf(`CB1,A\0B,${unit},`), 'nulCharacter'],
    'no header': [people(3).join('\n'), 'headerMissing'],
    'no rows': [listOf(), 'fileEmpty'],
    nothing: ['', 'fileEmpty'],
    HTML: ['<!DOCTYPE html><html><body>Phiên làm việc đã hết hạn</body></html>', 'notCsv'],
    'a spreadsheet': ['PK\u0003\u0004', 'isSpreadsheet'],
    'no column for the unit': ['Mã cán bộ,Họ và tên\nCB1,A\n', 'columnMissing']
  }
  for (const [what, [content, fault]] of Object.entries(bad)) {
    it(`with ${what} end in a reason, and the next list is read`, async (t) => {
      const { drop, poll } = await openStaff(t)
      await drop(content)
      assert.deepEqual(summaries(await poll()), [fault])
      await drop(listOf(...people(2)))
      assert.equal((await poll()).length, 2)
    })
  }
})
