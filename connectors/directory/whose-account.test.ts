import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import type { ConnectorIo } from '../connector.ts'
import { compare, fix } from './compare.ts'
import { bindPassword, changed, closed, opened, openOn, readingFrom } from './fixtures/open.ts'
import { readStaff } from './people/read-staff.ts'
import { removable, removeAccount } from './remove.ts'
import type { DirectorySettings } from './settings.ts'

const other = '/agencies/000.77.91.H03/systems/other'
const refused = { code: 'BUS_PEER_REFUSED' }

describe('whose account it is', needs('slapd'), () => {
  const cleanup = afterSuite()
  let slapd: Slapd
  before(async () => {
    slapd = await startSlapd(cleanup, bindPassword)
  })
  const { entryOf, valuesOf } = readingFrom(() => slapd)

  const open = (t: TestContext, more: Partial<DirectorySettings> = {}, io: Partial<ConnectorIo> = {}) =>
    openOn(slapd, t, more, io)

  it('another system that uses a staff number again is refused, and changes nothing', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('X1', 'Nguyễn Văn An'))
    const before = entryOf('X1')
    await assert.rejects(deliver({ ...opened('X1', 'Trần Thị Bình'), source: other }), refused)
    await assert.rejects(deliver({ ...closed('X1'), source: other }), refused)
    assert.equal(entryOf('X1'), before)
    await deliver(closed('X1'))
    assert.deepEqual(valuesOf('X1', 'employeeType'), ['closed 2026-11-20'])
  })

  it('a system that the settings do not name is refused', async (t) => {
    const { deliver } = await open(t, { staffSystems: [other] })
    await assert.rejects(deliver(opened('X2', 'Nguyễn Văn Lạ')), refused)
    await deliver({ ...opened('X2', 'Nguyễn Văn Quen'), source: other })
    assert.deepEqual(valuesOf('X2', 'displayName'), ['Nguyễn Văn Quen'])
  })

  it('a staff number that the directory takes for another one is refused', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('CB3', 'Lê Văn Ba'))
    for (const number of ['cb3', 'ＣＢ３', 'CB3 '])
      await assert.rejects(deliver(opened(number, 'Phạm Thị Khác')), refused, number)
    assert.deepEqual(valuesOf('CB3', 'displayName'), ['Lê Văn Ba'])
  })

  it('the same number from two events at the same moment gets one account', async (t) => {
    const { deliver } = await open(t)
    const event = opened('X9', 'Ma Thị Đôi')
    await Promise.all([deliver(event), deliver({ ...event, id: 'again' })])
    assert.deepEqual(valuesOf('X9', 'uid'), ['doi.mt'])
  })

  const takenOver = (number: string, name: string, more = ''): void =>
    slapd.apply(`dn: uid=${name},${slapd.peopleBase}
objectClass: inetOrgPerson
objectClass: inetLocalMailRecipient
cn: Nguyen Van Tay
sn: Nguyen
uid: ${name}
employeeNumber: ${number}
mail: ${name}@bus.test
${more}userPassword: known
`)

  it('letters that are written otherwise are no new name: the address stays', async (t) => {
    const { deliver } = await open(t)
    takenOver('X4', 'nguyenvantay')
    await deliver(opened('X4', 'Nguyễn Văn Tây'))
    assert.deepEqual(valuesOf('X4', 'mail'), ['nguyenvantay@bus.test'])
    assert.deepEqual(valuesOf('X4', 'displayName'), ['Nguyễn Văn Tây'])
    await deliver(opened('X5', 'Trần Văn Hòa', { mailAddress: 'chanh.van.phong@bus.test' }))
    await deliver(changed('X5', 'TRẦN VĂN HOÀ', { change: 'RENAMED' }))
    assert.deepEqual(valuesOf('X5', 'mail'), ['chanh.van.phong@bus.test'])
  })

  it('an address in another domain gives no right to the same name in ours', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('X6', 'Sầm Văn Mai'))
    takenOver('X7', 'samvanmay', 'mailLocalAddress: mai.sv@elsewhere.test\n')
    await deliver(opened('X7', 'Nguyễn Văn Tây'))
    await deliver(changed('X7', 'Sầm Văn Mai', { change: 'RENAMED' }))
    assert.deepEqual(valuesOf('X6', 'mail'), ['mai.sv@bus.test'])
    assert.deepEqual(valuesOf('X7', 'mail'), ['mai.sv2@bus.test'])
  })

  it('a name that cannot be used changes no name, is told, and holds up no closing', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('X13', 'Giàng A Tốt'))
    const move = { change: 'RENAMED', unit: '000.05.91.H03' }
    const left = await deliver(changed('X13', 'Gi?ng A T?t', move))
    assert.match(JSON.stringify(left?.items?.[0]), /BUS_PEER_REFUSED/)
    assert.deepEqual(valuesOf('X13', 'displayName'), ['Giàng A Tốt'])
    assert.deepEqual(valuesOf('X13', 'departmentNumber'), ['000.05.91.H03'])
    assert.equal(await deliver(closed('X13')), undefined)
    assert.deepEqual(valuesOf('X13', 'employeeType'), ['closed 2026-11-20'])
  })

  it('a closing for a later day that a person skipped is not applied on that day', async (t) => {
    const skipped = closed('X10', '2026-11-27')
    let now = '2026-11-26T09:00:00+07:00'
    const { deliver, poll } = await open(
      t,
      {},
      {
        now: () => Date.parse(now),
        async *visible() {
          yield skipped
        }
      }
    )
    await deliver(opened('X10', 'Lò Văn Nhầm'))
    now = '2026-11-27T09:00:00+07:00'
    await poll('2026-11-26')
    assert.deepEqual(valuesOf('X10', 'employeeType'), ['active'])
  })

  it('staff numbers without a usable name of a file are refused', async (t) => {
    const { deliver } = await open(t)
    for (const number of ['Đ'.repeat(50), 'A\ud800'])
      await assert.rejects(deliver(opened(number, 'Tô Dài')), refused)
  })

  it('an address has at most 64 characters before the @, also with a number', async (t) => {
    const { deliver } = await open(t)
    const mailAddress = `${'a'.repeat(56)}@bus.test`
    for (const number of ['X14', 'X15']) await deliver(opened(number, 'A B', { mailAddress }))
    assert.deepEqual(valuesOf('X15', 'mail'), [`${'a'.repeat(56)}2@bus.test`])
    await assert.rejects(deliver(opened('X16', 'A B', { mailAddress: `a${mailAddress}` })), refused)
  })

  it('reserved names of the settings count in any spelling', async (t) => {
    const { deliver } = await open(t, { reservedNames: ['Chủ tịch'] })
    await assert.rejects(deliver(opened('X17', 'A B', { mailAddress: 'chu.tich@bus.test' })), refused)
  })

  it('nobody gets the name, the address or the mailbox of an account that was removed', async (t) => {
    const { deliver, session } = await open(t, { keepClosedDays: 0 })
    await deliver(opened('X18', 'Đào Duy Xưa'))
    await deliver(closed('X18'))
    const found = await removable(session, Date.parse('2026-11-26T09:00:00+07:00'))
    const account = found.find(({ staffNumber }) => staffNumber === 'X18')
    assert.ok(account)
    await removeAccount(session, account)
    await deliver(opened('X19', 'Đào Duy Xưa'))
    assert.deepEqual(valuesOf('X19', 'mail'), ['xua.dd2@bus.test'])
    const rest = slapd.search('(uid=xua.dd)')
    assert.match(rest, /^mail: xua\.dd@bus\.test$/m)
    assert.doesNotMatch(rest, /userPassword|employeeNumber|displayName|givenName|title|departmentNumber/)
    assert.doesNotMatch(rest, new RegExp(Buffer.from('Đào Duy Xưa').toString('base64')))
  })

  it('a closing that names a day long ago is kept as long as any other', async (t) => {
    const { deliver, session } = await open(t)
    await deliver(opened('X20', 'Vi Văn Lâu'))
    await deliver({ ...closed('X20', '2020-01-01'), time: '2026-11-25T08:00:00+07:00' })
    const found = await removable(session, Date.parse('2026-11-26T09:00:00+07:00'))
    assert.ok(!found.some(({ staffNumber }) => staffNumber === 'X20'))
  })

  it('a list of staff opens no closed account, and changes nothing that it does not know', async (t) => {
    const { deliver, session, io, folder } = await open(t)
    for (const [number, name] of [
      ['L1', 'Sùng A Nghỉ'],
      ['L2', 'Sùng A Thôi'],
      ['L3', 'Sùng A Làm']
    ] as const)
      await deliver(opened(number, name))
    await deliver(changed('L1', 'Sùng A Nghỉ', { change: 'SUSPENDED' }))
    await deliver(closed('L2'))
    const secondPosts = [{ unit: '000.02.91.H03', position: 'Tổ trưởng' }]
    await deliver(changed('L3', 'Sùng A Làm', { change: 'SECONDED', secondPosts }))
    const reported = async (...lines: readonly string[]) => {
      const staff = readStaff(Buffer.from(lines.join('\n')))
      const found = (await compare(session, staff, io)).filter(({ staffNumber }) =>
        staffNumber.startsWith('L')
      )
      for await (const { fault } of fix(session, found, io)) assert.equal(fault, undefined)
      return found.map(({ staffNumber, kind, what }) => `${staffNumber} ${kind} ${what}`)
    }
    const row = (number: string, name: string): string => `${number},${name},000.01.91.H03`
    const rows = [row('L1', 'Sùng A Nghỉ'), row('L2', 'Sùng A Thôi'), row('L3', 'Sùng A Làm')]
    const closedOne = 'L2 closed closed, but in the list: the staff system has to open it'
    assert.deepEqual(await reported('staffNumber,fullName,unit', ...rows), [closedOne])
    const known = rows.map((one, index) => `${one},${['TRUE', '', 'false'][index]}`)
    assert.deepEqual(await reported('staffNumber,fullName,unit,suspended', ...known), [closedOne])
    assert.deepEqual(valuesOf('L2', 'employeeType'), ['closed 2026-11-20'])
    assert.deepEqual(valuesOf('L3', 'title'), ['Chuyên viên', 'Tổ trưởng'])
    const unlock = known.map((one) => one.replace('TRUE', '0'))
    assert.deepEqual(await reported('staffNumber,fullName,unit,suspended', ...unlock), [
      'L1 differs unlocks, employeeType, userPassword',
      closedOne
    ])
    assert.deepEqual(valuesOf('L1', 'employeeType'), ['active'])
    assert.throws(
      () => readStaff(Buffer.from(`staffNumber,fullName,unit,suspended\n${rows[0]},maybe`)),
      refused
    )
    assert.equal(JSON.parse(readFileSync(join(folder, 'L1.json'), 'utf8')).name, 'nghi.sa')
  })

  it('compare says where fixing gives a new address', async (t) => {
    const { deliver, session, io } = await open(t)
    await deliver(opened('X21', 'Bàn Thị Cũ'))
    const staff = readStaff(Buffer.from('staffNumber,fullName,unit\nX21,Bàn Thị Mới,000.01.91.H03'))
    const [found] = (await compare(session, staff, io)).filter(({ staffNumber }) => staffNumber === 'X21')
    assert.equal(found?.what, 'new address, cn, displayName, givenName')
  })

  it('a folder for passwords that cannot be used is told before the first account', async (t) => {
    const { check } = await open(t, { passwordFolder: '/nonexistent/folder' })
    await assert.rejects(check(), { code: 'BUS_PEER_FAILED' })
  })
})
