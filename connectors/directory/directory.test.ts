import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import type { ConnectorIo } from '../connector.ts'
import {
  bindPassword,
  changed,
  closed,
  opened,
  openInstance,
  openOn,
  readingFrom,
  settingsFor,
  signsIn
} from './fixtures/open.ts'
import type { DirectorySettings } from './settings.ts'

describe('accounts in OpenLDAP', needs('slapd'), () => {
  const cleanup = afterSuite()
  let slapd: Slapd
  before(async () => {
    slapd = await startSlapd(cleanup, bindPassword)
  })

  const open = (t: TestContext, more: Partial<DirectorySettings> = {}, io: Partial<ConnectorIo> = {}) =>
    openOn(slapd, t, more, io)

  let last = 0
  const newNumber = (): string => `NV-${++last}`

  const { entryOf, valuesOf } = readingFrom(() => slapd)

  const handedOut = (folder: string, staffNumber: string) =>
    JSON.parse(readFileSync(join(folder, `${staffNumber}.json`), 'utf8'))

  it('a new official can sign in with the password that was handed out, and only its hash is stored', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Nguyễn Thị Đào'))
    const { password, address, name } = handedOut(folder, number)
    assert.equal(address, 'dao.nt@bus.test')
    assert.deepEqual(valuesOf(number, 'cn'), ['Nguyễn Thị Đào'])
    assert.deepEqual(valuesOf(number, 'sn'), ['Nguyễn'])
    assert.equal(await signsIn(slapd, `uid=${name},${slapd.peopleBase}`, password), true)
    assert.ok(valuesOf(number, 'userPassword')[0]?.startsWith('{ARGON2}'))
    assert.equal(statSync(join(folder, `${number}.json`)).mode & 0o777, 0o600)
    assert.ok(!entryOf(number).includes(password))
  })

  it('the same event twice changes nothing, and hands out no second password', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    const event = opened(number, 'Trần Văn Hai Lần')
    await deliver(event)
    const [stored, first] = [entryOf(number), handedOut(folder, number)]
    await deliver(event)
    assert.equal(entryOf(number), stored)
    assert.deepEqual(handedOut(folder, number), first)
  })

  it('a password that was written before a crash is the one that is stored after it', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Lê Văn Sập'))
    const first = handedOut(folder, number)
    slapd.apply(`dn: uid=${first.name},${slapd.peopleBase}\nchangetype: delete\n`)
    await deliver(opened(number, 'Lê Văn Sập'))
    assert.equal(handedOut(folder, number).password, first.password)
    assert.equal(await signsIn(slapd, `uid=${first.name},${slapd.peopleBase}`, first.password), true)
    assert.deepEqual(readdirSync(folder), [`${number}.json`])
  })

  it('people of the same name get numbers, also at the same moment', async (t) => {
    const { deliver, folder } = await open(t)
    const numbers = Array.from({ length: 5 }, newNumber)
    await Promise.all(numbers.map((number) => deliver(opened(number, 'Phạm Văn Trùng'))))
    assert.deepEqual(numbers.map((number) => handedOut(folder, number).name).toSorted(), [
      'trung.pv',
      'trung.pv2',
      'trung.pv3',
      'trung.pv4',
      'trung.pv5'
    ])
  })

  it('a proposed address is taken, and reserved or foreign ones are refused', async (t) => {
    const { deliver, folder } = await open(t, { reservedNames: ['chu-tich'] })
    const number = newNumber()
    await deliver(opened(number, 'Vũ Đề Nghị', { mailAddress: 'Van.Thu@bus.test' }))
    assert.equal(handedOut(folder, number).address, 'van.thu@bus.test')
    const bad = [
      'postmaster@bus.test',
      'CHU-TICH@bus.test',
      'an@elsewhere.test',
      'a b@bus.test',
      'a"@bus.test'
    ]
    for (const mailAddress of [...bad, 'a\r\nb@bus.test', `${'a'.repeat(65)}@bus.test`, '*@bus.test', ''])
      await assert.rejects(deliver(opened(newNumber(), 'Vũ Văn Xấu', { mailAddress })), {
        code: 'BUS_PEER_REFUSED'
      })
  })

  it('names and numbers that cannot be used are refused, and nothing is made', async (t) => {
    const { deliver, folder } = await open(t)
    const names = [
      '',
      '  ',
      'Nguy?n V?n M?u',
      'Nguyá»…n',
      'Иван',
      '王',
      'A\u0000B',
      'A\nB',
      '*)(uid=*',
      'x'.repeat(300)
    ]
    for (const name of names)
      await assert.rejects(deliver(opened(newNumber(), name)), { code: 'BUS_PEER_REFUSED' }, name)
    for (const number of ['', 'a\u0000b', 'x'.repeat(65)])
      await assert.rejects(deliver(opened(number, 'Lê An')), { code: 'BUS_PEER_REFUSED' })
    assert.deepEqual(readdirSync(folder), [])
  })

  it('a staff number with signs of filters and paths is a number and nothing else', async (t) => {
    const { deliver, folder } = await open(t)
    const numbers = ['*', '*)(employeeNumber=*', '../../etc/x', '.', 'a+b,c="d"', '#1 ', '\\2a']
    for (const number of numbers) await deliver(opened(number, 'Lý Thị Lạ'))
    assert.equal(readdirSync(folder).length, numbers.length)
    const found = slapd.search('(displayName=Lý Thị Lạ)', 'dn').match(/^dn/gm)
    assert.equal(found?.length, numbers.length)
  })

  it('a new name gets a new address, and the former one stays', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Hồ Thị Cũ'))
    const former = handedOut(folder, number).address
    await deliver(changed(number, 'Hồ Thị Mới', { change: 'RENAMED', previousName: 'Hồ Thị Cũ' }))
    assert.deepEqual(valuesOf(number, 'mail'), ['moi.ht@bus.test'])
    assert.deepEqual(valuesOf(number, 'mailLocalAddress'), [former, 'moi.ht@bus.test'].toSorted())
    assert.deepEqual(valuesOf(number, 'displayName'), ['Hồ Thị Mới'])
    await deliver(changed(number, 'Hồ Thị Cũ', { change: 'RENAMED', effectiveDate: '2026-11-11' }))
    assert.deepEqual(valuesOf(number, 'mail'), [former])
  })

  it('second posts are further units and titles, until they end', async (t) => {
    const { deliver } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Đỗ Biệt Phái'))
    const secondPosts = [{ unit: '000.02.91.H03', position: 'Tổ trưởng' }]
    await deliver(changed(number, 'Đỗ Biệt Phái', { change: 'SECONDED', secondPosts }))
    assert.deepEqual(valuesOf(number, 'departmentNumber'), ['000.01.91.H03', '000.02.91.H03'])
    assert.deepEqual(valuesOf(number, 'title'), ['Chuyên viên', 'Tổ trưởng'])
    await deliver(
      changed(number, 'Đỗ Biệt Phái', { change: 'SECONDMENT_ENDED', effectiveDate: '2026-11-12' })
    )
    assert.deepEqual(valuesOf(number, 'departmentNumber'), ['000.01.91.H03'])
  })

  it('a closed account lets nobody in; who comes back gets another password', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Bùi Văn Nghỉ'))
    const { name, password } = handedOut(folder, number)
    const dn = `uid=${name},${slapd.peopleBase}`
    await deliver(closed(number))
    assert.equal(await signsIn(slapd, dn, password), false)
    const [stored = ''] = valuesOf(number, 'userPassword')
    assert.equal(await signsIn(slapd, dn, stored), false, 'the stored text is no password')
    assert.deepEqual(valuesOf(number, 'employeeType'), ['closed 2026-11-20'])
    await deliver(opened(number, 'Bùi Văn Nghỉ', { effectiveDate: '2026-11-25' }))
    assert.equal(await signsIn(slapd, dn, password), false)
    assert.equal(await signsIn(slapd, dn, handedOut(folder, number).password), true)
  })

  it('who is on leave cannot sign in, and can again after it with the same password', async (t) => {
    const { deliver, folder } = await open(t)
    const number = newNumber()
    await deliver(opened(number, 'Mai Nghỉ Dài'))
    const { name, password } = handedOut(folder, number)
    const dn = `uid=${name},${slapd.peopleBase}`
    await deliver(changed(number, 'Mai Nghỉ Dài', { change: 'SUSPENDED' }))
    assert.equal(await signsIn(slapd, dn, password), false)
    await deliver(changed(number, 'Mai Nghỉ Dài', { change: 'RESUMED', effectiveDate: '2026-11-12' }))
    assert.equal(await signsIn(slapd, dn, password), true)
  })

  it('an event for a later day holds from that day on, also after a restart, and holds up no other', async (t) => {
    let now = '2026-11-26T23:00:00+07:00'
    const overrides = { now: () => Date.parse(now) }
    const { deliver, poll, folder, events } = await open(t, {}, overrides)
    const cursor = (await poll(undefined))?.cursor
    const [moving, leaving] = [newNumber(), newNumber()]
    await deliver(opened(moving, 'Ngô Sắp Chuyển'))
    await deliver(opened(leaving, 'Ngô Đi Ngay'))
    const unit = '000.09.91.H03'
    for (const one of [moving, leaving])
      await deliver(changed(one, 'Ngô Đổi', { change: 'MOVED', unit, effectiveDate: '2026-11-27' }))
    await deliver(closed(leaving, '2026-11-26'))
    assert.deepEqual(valuesOf(leaving, 'employeeType'), ['closed 2026-11-26'])
    assert.deepEqual(valuesOf(moving, 'departmentNumber'), ['000.01.91.H03'])
    assert.equal((await poll(cursor))?.cursor, cursor)
    now = '2026-11-27T00:00:01+07:00'
    const restarted = await openInstance(settingsFor(slapd, folder), {
      ...overrides,
      delivered: async (subject) => events.filter((event) => event.subject === subject),
      async *visible() {
        yield* events
      }
    })
    t.after(() => restarted.close())
    assert.deepEqual(await restarted.poll(cursor), { items: [], cursor: '2026-11-27' })
    assert.deepEqual(valuesOf(moving, 'departmentNumber'), [unit])
    assert.deepEqual(valuesOf(leaving, 'employeeType'), ['closed 2026-11-26'])
  })

  it('an account of another make is taken over with its address and its password', async (t) => {
    const { deliver } = await open(t)
    const number = newNumber()
    slapd.apply(`dn: cn=Old Hand,${slapd.peopleBase}
objectClass: inetOrgPerson
cn: Old Hand
sn: Hand
uid: oldhand
employeeNumber: ${number}
mail: oldhand@bus.test
userPassword: known
`)
    await deliver(changed(number, 'Old Hand', { change: 'MOVED', unit: '000.03.91.H03' }))
    assert.deepEqual(valuesOf(number, 'mailLocalAddress'), ['oldhand@bus.test'])
    assert.deepEqual(valuesOf(number, 'departmentNumber'), ['000.03.91.H03'])
    assert.equal(await signsIn(slapd, `cn=Old Hand,${slapd.peopleBase}`, 'known'), true)
  })

  it('a folder that cannot be written to makes no account, and says so', async (t) => {
    const { deliver } = await open(t, { passwordFolder: '/nonexistent/folder' })
    const number = newNumber()
    await assert.rejects(deliver(opened(number, 'Lâm Không Chỗ')), { code: 'BUS_PEER_FAILED' })
    assert.equal(entryOf(number).trim(), '')
  })

  it('tells the host what each failure means', async (t) => {
    const { deliver, check } = await open(t, { timeoutMs: 500 })
    await check()
    slapd.freeze()
    await assert.rejects(deliver(opened(newNumber(), 'Tô Chờ')), { code: 'BUS_PEER_UNREACHABLE' })
    slapd.thaw()
    const wrong = settingsFor(slapd, '/nonexistent', { password: 'wrong' })
    await assert.rejects(openInstance(wrong), { code: 'BUS_PEER_CREDENTIALS' })
    const noBase = await openInstance(
      settingsFor(slapd, '/nonexistent', { peopleBase: `ou=none,${slapd.suffix}` })
    )
    t.after(() => noBase.close())
    await assert.rejects(noBase.check(), { code: 'BUS_PEER_FAILED' })
  })
})
