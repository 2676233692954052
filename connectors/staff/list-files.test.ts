import assert from 'node:assert/strict'
import { chmod, chown, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import iconv from 'iconv-lite'
import type { EventItem, FaultyItem } from '../connector.ts'
import { decodeList } from './csv/decode-list.ts'
import { listOf, openStaff, other, summaries, unit } from './fixtures/open.ts'
import staff from './index.ts'
import type { StaffSettings } from './settings.ts'

const row = (at: number): string => `CB${at},Cán Bộ ${at},${unit},`
const dayMs = 86_400_000
const nobody = 65_534

/** Somebody who may not read what is only for others; root may read everything. */
async function asNobody<T>(t: TestContext, paths: readonly string[], work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work()
  for (const path of paths) await chown(path, nobody, nobody)
  t.after(() => process.seteuid?.(0))
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('files of lists', () => {
  it('whose last line has no end may be cut off: they are read later', async (t) => {
    const { poll, folder, names } = await openStaff(t, { csv: { quietSeconds: 30 } })
    const path = join(folder, 'in', 'a.csv')
    const putAt = async (text: string | Buffer, secondsAgo: number): Promise<void> => {
      await writeFile(path, text)
      await utimes(path, Date.now() / 1000 - secondsAgo, Date.now() / 1000 - secondsAgo)
    }
    await putAt(listOf(row(1), row(2)).slice(0, -4), 60)
    assert.deepEqual([await poll(), (await names('in')).length], [[], 1])
    await putAt(listOf(row(1)).trimEnd(), 125)
    assert.deepEqual(summaries(await poll()), ['CB1 account.opened.v1'])
    await putAt(Buffer.from(`\ufeff${listOf(row(1), row(2))}`, 'utf16le'), 60)
    assert.deepEqual(summaries(await poll()), ['CB2 account.opened.v1'], 'a line end in UTF-16')
  })

  it('that the bus may not read are reported by name, and do not stop the lists after them', async (t) => {
    const { drop, poll, retry, folder, names } = await openStaff(t)
    await drop(listOf(row(1)))
    const [first = ''] = await names('in')
    const path = join(folder, 'in', first)
    await chmod(path, 0)
    const folders = ['', 'in', 'accepted', 'refused'].map((name) => join(folder, name))
    const [held] = (await asNobody(t, folders, poll)) as readonly FaultyItem[]
    assert.match(held?.fault.text('vi') ?? '', new RegExp(`${first}: EACCES`))
    await chmod(path, 0o644)
    retry(held?.reference ?? '')
    assert.deepEqual(summaries([...(await poll()), ...(await poll())]), ['CB1 account.opened.v1'])
    await drop(listOf(row(1), row(2)))
    await chmod(join(folder, 'in', (await names('in'))[0] ?? ''), 0)
    await drop(listOf(row(1), row(3)))
    const found = await asNobody(t, [join(folder, 'in', (await names('in')).toSorted()[1] ?? '')], poll)
    assert.deepEqual(summaries(found), ['fileUnreadable', 'CB3 account.opened.v1'])
  })

  it('from before the start of the instance are named in the log, once', async (t) => {
    const warnings: object[] = []
    const log = { info() {}, warn: (values: object) => void warnings.push(values) }
    const { drop, poll, names } = await openStaff(t, {}, { startAt: Date.now(), log })
    await drop(listOf(row(1)))
    await poll()
    await poll()
    assert.deepEqual(warnings, [{ lists: await names('in') }])
  })

  it('that were dealt with are kept for `keepDays`, in folders for nobody else', async (t) => {
    let now = Date.now()
    const { drop, poll, folder, names } = await openStaff(t, { csv: { keepDays: 30 } }, { now: () => now })
    await drop(listOf(row(1)))
    await poll()
    for (const name of ['accepted', 'refused'])
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o700)
    now += 29 * dayMs
    await drop(listOf(row(1), row(2)))
    await poll()
    assert.equal((await names('accepted')).length, 2)
    now += 2 * dayMs
    await drop(listOf(row(1), row(2)))
    await poll()
    assert.equal((await names('accepted')).length, 0, 'by the time at which they were put there')
  })
})

it('dates before 1950 or more than a year ahead are faults: a slip would close an account too late', async (t) => {
  const { drop, poll } = await openStaff(t, { csv: { badRows: 'hold-rows' } })
  const head = 'Mã cán bộ,Họ và tên,Đơn vị,Trạng thái,Ngày hiệu lực'
  const dayIn = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10)
  const good = [dayIn(370), '1950-01-01', dayIn(0), '1986-12-01']
  const rows = ['2162-12-01', '1949-12-31', dayIn(430), ...good].map(
    (day, at) => `CB${at},Cán Bộ ${at},${unit},,${day}`
  )
  await drop([head, ...rows, ''].join('\n'))
  const items = await poll()
  const dates = items.flatMap((item) =>
    'event' in item ? [(item as EventItem).event.data.effectiveDate] : []
  )
  assert.deepEqual(dates, good)
  assert.deepEqual(summaries(items).slice(0, 3), ['dateFar', 'dateFar', 'dateFar'])
})

it('a list with bad rows is held however often a person retries it', async (t) => {
  const { drop, poll, retry, names } = await openStaff(t)
  await drop(listOf(row(1), row(2), row(3)))
  await poll()
  await drop(listOf(row(1), row(2), 'CB3,,,', row(4)))
  for (let times = 0; times < 3; times += 1) {
    const found = (await poll()) as readonly FaultyItem[]
    assert.deepEqual([summaries(found), await poll()], [['rowsBad'], []])
    retry(found[0]?.reference ?? '')
  }
  assert.equal((await names('in')).length, 1)
})

it('recipients that the bus does not know are reported by the check', async (t) => {
  const { io } = await openStaff(t, {}, { isAgency: (code) => code !== other })
  const session = (recipients: readonly string[]) =>
    ({ settings: { recipients } as unknown as StaffSettings, folder: { check: async () => {} } }) as never
  await staff.check?.(session([unit]), io)
  await assert.rejects(async () => staff.check?.(session([unit, other]), io), {
    fault: 'staff:recipientsUnknown'
  })
})

it('a short list in an old encoding is read if only in this encoding all words are Vietnamese', () => {
  // Most of these words are Vietnamese in each of the two encodings.
  const names = ['Đỗ Văn Minh', 'Dương Văn Nam', 'Đoàn Bá Tú', ...Array(15).fill('Lò Thị Hà')]
  const text = [
    'staffNumber,name,unit,position',
    ...names.map((name) => `CB,${name},x,Chuyên viên`),
    ''
  ].join('\n')
  for (const encoding of ['tcvn', 'viscii'])
    assert.equal(decodeList(iconv.encode(text, encoding), 'a.csv').text, text, encoding)
})
