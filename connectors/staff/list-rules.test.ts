import assert from 'node:assert/strict'
import { link, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { EventItem, FaultyItem } from '../connector.ts'
import { checkSettings } from './check-settings.ts'
import { decodeList } from './csv/decode-list.ts'
import { readTable } from './csv/read-table.ts'
import { listOf, openStaff, other, summaries, unit } from './fixtures/open.ts'
import type { StaffSettings } from './settings.ts'

const row = (at: number, changes: { name?: string; unit?: string; status?: string } = {}): string =>
  `CB${String(at).padStart(5, '0')},${changes.name ?? `Cán Bộ ${at}`},${changes.unit ?? unit},${changes.status ?? ''}`
const header = 'Mã cán bộ,Họ và tên,Đơn vị,Trạng thái'
const list = (...rows: readonly string[]): string => `${[header, ...rows].join('\r\n')}\r\n`
const rows = (count: number, changes = {}): readonly string[] =>
  Array.from({ length: count }, (_, at) => row(at, changes))

describe('lists that do harm', () => {
  for (const [what, bad] of Object.entries({
    'no staff number': `,Cán Bộ 3,${unit},`,
    'a number that lost digits': `1.08501E+11,Cán Bộ 3,${unit},`,
    'too many cells': `CB00003,Cán Bộ,3,${unit},x`
  })) {
    it(`close nobody for a held row with ${what}`, async (t) => {
      const { drop, poll } = await openStaff(t, { csv: { badRows: 'hold-rows' } })
      await drop(list(...rows(40)))
      await poll()
      await drop(list(...rows(40).filter((_, at) => at !== 3), bad))
      const found = await poll()
      assert.ok(found.every((item) => 'fault' in item) && found.length === 1, String(summaries(found)))
    })
  }

  const masses = {
    'sends everybody on leave': { rows: rows(40, { status: 'Nghỉ không lương' }), fault: 'closesMany' },
    'renames everybody': {
      rows: rows(40).map((_, at) => row(at, { name: `Cán Bộ ${at + 1}` })),
      fault: 'changesMany'
    },
    'moves everybody': { rows: rows(40, { unit: other }), fault: 'changesMany' },
    'closes everybody, who are few': { first: rows(3), rows: [row(9)], fault: 'closesMany' }
  }
  for (const [what, { rows: next, fault, ...more }] of Object.entries(masses)) {
    it(`are held if one ${what}`, async (t) => {
      const { drop, poll, retry } = await openStaff(t)
      await drop(list(...('first' in more ? more.first : rows(40))))
      const before = (await poll()).length
      await drop(list(...next))
      const [held, ...none] = (await poll()) as readonly FaultyItem[]
      assert.deepEqual([summaries(held ? [held] : []), none], [[fault], []])
      retry(held?.reference ?? '')
      assert.ok([...(await poll()), ...(await poll())].length >= before, 'a person accepts it')
    })
  }

  it('are counted together within a day', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(list(...rows(100)))
    await poll()
    for (const count of [95, 91, 85]) await drop(list(...rows(count)))
    const found = summaries(await poll())
    assert.deepEqual([found.filter((one) => one.endsWith(' OTHER')).length, found.at(-1)], [9, 'closesMany'])
  })

  it('that were accepted give no event once a newer one is there', async (t) => {
    const { drop, poll, retry } = await openStaff(t)
    await drop(list(...rows(40)))
    await poll()
    await drop(list(...rows(30)))
    const [held] = await poll()
    retry(held?.reference ?? '')
    await drop(list(...rows(40)))
    assert.deepEqual(await poll(), [])
  })

  it('that are older than the one taken last are refused', async (t) => {
    const { drop, poll, folder, names } = await openStaff(t)
    await drop(list(...rows(10)))
    await poll()
    const path = join(folder, 'in', 'old.csv')
    await writeFile(path, list(...rows(9)))
    await utimes(path, 1_700_000_000, 1_700_000_000)
    assert.deepEqual(summaries(await poll()), ['listOlder'])
    assert.equal((await names('refused')).length, 2)
  })

  it('with bad rows are not accepted by a retry', async (t) => {
    const { drop, poll, retry } = await openStaff(t)
    await drop(list(...rows(40)))
    await poll()
    await drop(list(...rows(39), row(39, { unit: 'Phòng lạ' })))
    const [held] = await poll()
    retry(held?.reference ?? '')
    assert.deepEqual(summaries(await poll()), ['rowsBad'])
  })

  it('with more than half of their rows bad are held, also where only rows would be', async (t) => {
    const { drop, poll } = await openStaff(t, { csv: { badRows: 'hold-rows' } })
    await drop(list(row(1), row(2, { unit: 'Phòng lạ' }), row(3, { unit: 'Phòng lạ' })))
    assert.deepEqual(summaries(await poll()), ['rowsBad'])
  })
})

describe('rows', () => {
  const bad: Readonly<Record<string, readonly [row: string, fault: string]>> = {
    'lost letters': [`CB1,Nguy?n V?n ??c,${unit},`, 'nameDamaged'],
    'a citizen number': [`001085012345,A,${unit},`, 'numberIsCitizen'],
    'lost digits': [`1.08501E+11,A,${unit},`, 'numberLost'],
    'invisible characters': [`CB1,A\u200bB,${unit},`, 'textUnusable'],
    'a control character': [`CB1,A\u001bB,${unit},`, 'textUnusable']
  }
  for (const [what, [text, fault]] of Object.entries(bad)) {
    it(`with ${what} are bad`, async (t) => {
      const { drop, poll } = await openStaff(t, { csv: { badRows: 'hold-rows' } })
      await drop(list(text, row(7)))
      assert.deepEqual(summaries(await poll()).toSorted(), ['CB00007 account.opened.v1', fault].toSorted())
    })
  }

  it('keep numbers that only look like lost digits', async (t) => {
    const { drop, poll } = await openStaff(t, { citizenNumbers: true })
    await drop(list(`12E5,A,${unit},`, `01E001,B,${unit},`, `001085012345,C,${unit},`))
    assert.equal(summaries(await poll()).filter((one) => one.endsWith('account.opened.v1')).length, 3)
  })

  it('show no digits of a cell that slipped into another column', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(list(`CB1,A,001085012345,`))
    const [held] = (await poll()) as readonly FaultyItem[]
    assert.doesNotMatch(`${held?.fault.text('vi')}${held?.fault.message}`, /001085012345/)
  })

  it('of units whose names differ only by a tone are told apart', async (t) => {
    const units = { 'UBND xã Mỹ Hòa': unit, 'UBND xã Mỹ Hoá': other, 'Phòng Nội vụ': unit }
    const { drop, poll } = await openStaff(t, { units, csv: { badRows: 'hold-rows' } })
    await drop(
      list(
        row(1, { unit: 'UBND xã Mỹ Hòa' }),
        row(2, { unit: 'UBND xã Mỹ Hoá' }),
        row(3, { unit: 'PHONG NOI VU' }),
        row(4, { unit: 'UBND xa My Hoa' })
      )
    )
    const found = await poll()
    const opened = found.filter((item) => 'event' in item) as readonly EventItem[]
    assert.deepEqual(
      opened.map(({ event }) => event.data.unit),
      [unit, other, unit]
    )
    assert.equal(summaries(found).includes('unitUnknown'), true)
  })

  it('that differ by case, spaces or the place of a tone are no new name', async (t) => {
    const { drop, poll } = await openStaff(t)
    await drop(list(row(1, { name: 'Trần Văn Hòa' }), row(2)))
    await poll()
    await drop(list(row(1, { name: 'TRẦN\u00a0 VĂN HOÀ' }), row(2)))
    assert.deepEqual(await poll(), [])
    await drop(list(row(1, { name: 'Trần Văn Hoa' }), row(2)))
    assert.deepEqual(summaries(await poll()), ['CB00001 RENAMED'])
  })
})

describe('files', () => {
  it('that are still written, or too new, wait', async (t) => {
    const { poll, folder, names } = await openStaff(t)
    const old = new Date(Date.now() - 3_600_000)
    for (const name of ['a.tmp', 'b.part', '~c.csv', '.d.csv']) {
      await writeFile(join(folder, 'in', name), list(row(1)))
      await utimes(join(folder, 'in', name), old, old)
    }
    await writeFile(join(folder, 'in', 'new.csv'), list(row(1)))
    assert.deepEqual([await poll(), (await names('in')).length], [[], 5])
  })

  it('are taken in the order of their times, and from the start on', async (t) => {
    const at = Date.now() - 3_600_000
    const { poll, folder } = await openStaff(t, {}, { startAt: at - 5000 })
    const put = async (name: string, content: string, seconds: number): Promise<void> => {
      await writeFile(join(folder, 'in', name), content)
      await utimes(join(folder, 'in', name), at / 1000 + seconds, at / 1000 + seconds)
    }
    await put('a.csv', list(row(1), row(2)), 2)
    await put('b.csv', list(row(1)), 1)
    await put('c.csv', list(row(5)), -10)
    assert.deepEqual(summaries(await poll()), ['CB00001 account.opened.v1', 'CB00002 account.opened.v1'])
    assert.deepEqual(await readdir(join(folder, 'in')), ['c.csv'])
  })

  it('that are too large, or have too many rows, end in a reason', async (t) => {
    const { drop, poll } = await openStaff(t, { csv: { maxBytes: 1024, maxRows: 2 } })
    await drop(list(...rows(100)))
    await drop(list(...rows(3)))
    assert.deepEqual(summaries(await poll()), ['fileTooLarge', 'tooManyRows'])
  })

  it('name the recipients of the settings', async (t) => {
    const { drop, poll } = await openStaff(t, { recipients: [other] })
    await drop(list(row(1)))
    const [item] = (await poll()) as readonly EventItem[]
    assert.deepEqual(item?.event.recipients, [other])
  })

  it('may be links of nobody', async (t) => {
    const { poll, folder } = await openStaff(t)
    const outside = join(folder, 'outside.csv')
    const old = new Date(Date.now() - 3_600_000)
    await writeFile(outside, list(row(1)))
    await utimes(outside, old, old)
    await symlink(outside, join(folder, 'in', 'a.csv'))
    await link(outside, join(folder, 'in', 'b.csv'))
    assert.deepEqual(summaries(await poll()).toSorted(), ['fileUnusable', 'fileUnusable'])
    assert.deepEqual(await poll(), [], 'told once')
  })

  it('of a row of many quoted cells are read within a second of processor time', async () => {
    const text = `${header}\r\n${'"" ,'.repeat(20_000)}\r\n`
    const from = process.cpuUsage()
    await assert.rejects(Array.fromAsync(readTable(text)), { fault: 'staff:tooManyColumns' })
    assert.ok(process.cpuUsage(from).user < 1e6)
  })

  it('let other work go on', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    await Array.fromAsync(readTable(list(...rows(20_000))))
    clearInterval(timer)
    assert.ok(turns > 10, String(turns))
  })

  it('of millions of lines and one bad byte are told within a second', () => {
    const bytes = Buffer.alloc(8_388_608, '\n')
    bytes.write(header, 0)
    bytes[bytes.length - 2] = 0xff
    const from = process.cpuUsage()
    assert.throws(() => decodeList(bytes, 'a.csv'), { fault: 'staff:encodingMixed' })
    assert.ok(process.cpuUsage(from).user < 2e6)
  })

  it('of encodings that were saved as UTF-8 are read, or held', () => {
    const names = listOf('CB1,Trần Thị Đào,x,', 'CB2,Nguyễn Văn Đức,x,', 'CB3,Phạm Hữu Lộc,x,')
    const saved = Buffer.from(new TextDecoder('windows-1252').decode(Buffer.from(names)))
    assert.match(decodeList(saved, 'a.csv').text, /Trần Thị Đào/)
    const scrambled = Buffer.from('Mã,Tên\nTrâÞxn,Thiòþ\nÐþxo,Ñüçò\nÞþða,Øøåx\n')
    assert.throws(() => decodeList(scrambled, 'a.csv'), { fault: 'staff:encodingUnknown' })
  })
})

it('columns of the settings may not name what must not get on the bus', async () => {
  const names = [
    ...[
      'Dân tộc',
      'Tôn giáo',
      'Ngày vào Đảng',
      'Đảng phí',
      'Chi bộ',
      'Số CCCD',
      'CMTND',
      'Số CMT',
      'Số ĐDCN'
    ],
    ...[
      'Số định danh cá nhân',
      'Hộ chiếu',
      'Passport',
      'National ID',
      'Identity number',
      'Sức khỏe',
      'Số BHXH'
    ],
    ...[
      'Mã số thuế',
      'Hệ số lương',
      'Số tài khoản',
      'Tình trạng hôn nhân',
      'Thân nhân',
      'Kỷ luật',
      'Khen thưởng'
    ],
    ...['Năm sinh', 'Nơi sinh', 'Quê quán', 'Hộ khẩu', 'Giới tính', 'Điện thoại']
  ]
  for (const position of names) {
    const csv = { folder: '/lists', columns: { position } }
    assert.equal((await checkSettings({ csv } as unknown as StaffSettings)).length, 1, position)
  }
})
