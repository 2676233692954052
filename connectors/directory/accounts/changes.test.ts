import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { before, describe, it, type TestContext } from 'node:test'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import type { ConnectorIo } from '../../connector.ts'
import { bindPassword, changed, closed, opened, openInstance, openOn, readingFrom } from '../fixtures/open.ts'
import { removable, removeAccount } from '../remove.ts'
import type { DirectorySettings } from '../settings.ts'

const now = Date.parse('2026-11-26T09:00:00+07:00')

/** What answers as doveadm does, and remembers the commands. */
async function startDoveadm(t: TestContext) {
  const commandsGiven: (readonly [command: string, parameters: object])[] = []
  const server = createServer(async (request, response) => {
    const commands = (await json(request)) as readonly [string, object, string][]
    commandsGiven.push(...commands.map(([command, parameters]) => [command, parameters] as const))
    response.end(JSON.stringify(commands.map(([, , tag]) => ['doveadmResponse', [], tag])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { commandsGiven, doveadm: { url: `http://127.0.0.1:${port}/doveadm/v1`, apiKey: 'only for tests' } }
}

describe('changes of accounts', needs('slapd'), () => {
  const cleanup = afterSuite()
  let slapd: Slapd
  before(async () => {
    slapd = await startSlapd(cleanup, bindPassword)
  })
  const { valuesOf } = readingFrom(() => slapd)

  async function open(t: TestContext, more: Partial<DirectorySettings> = {}, io: Partial<ConnectorIo> = {}) {
    const instance = await openOn(slapd, t, more, io)
    const file = (staffNumber: string): string => join(instance.folder, `${staffNumber}.json`)
    return {
      ...instance,
      file,
      handedOut: (number: string) => JSON.parse(readFileSync(file(number), 'utf8'))
    }
  }

  it('people who are renamed alike at the same moment get different addresses', async (t) => {
    const { deliver } = await open(t)
    const numbers = ['A1', 'A2', 'A3', 'A4']
    for (const number of numbers) await deliver(opened(number, `Giàng ${number.replace('A', 'Á ')}`))
    await Promise.all(
      numbers.map((number) => deliver(changed(number, 'Giàng A Chung', { change: 'RENAMED' })))
    )
    const addresses = numbers.flatMap((number) => valuesOf(number, 'mail'))
    const wanted = ['', '2', '3', '4'].map((more) => `chung.ga${more}@bus.test`)
    assert.deepEqual(new Set(addresses), new Set(wanted))
  })

  it('the file with a first password says the new name and address until it is handed out', async (t) => {
    const { deliver, file, handedOut } = await open(t)
    await deliver(opened('B1', 'Đinh Văn Mốt'))
    const { password } = handedOut('B1')
    await deliver(changed('B1', 'Đinh Văn Hai', { change: 'RENAMED' }))
    assert.deepEqual(handedOut('B1'), {
      ...{ staffNumber: 'B1', fullName: 'Đinh Văn Hai', name: 'mot.dv', address: 'hai.dv@bus.test' },
      password
    })
    rmSync(file('B1'))
    await deliver(changed('B1', 'Đinh Văn Ba', { change: 'RENAMED', effectiveDate: '2026-11-11' }))
    assert.equal(existsSync(file('B1')), false)
  })

  it('who comes back gets the address that is proposed, and keeps the former one', async (t) => {
    const { deliver, handedOut } = await open(t)
    await deliver(opened('C1', 'Mạc Trở Lại'))
    await deliver(closed('C1'))
    const again = { effectiveDate: '2026-11-25', mailAddress: 'mac.tl@bus.test' }
    await deliver(opened('C1', 'Mạc Trở Lại', again))
    assert.deepEqual(valuesOf('C1', 'mail'), ['mac.tl@bus.test'])
    assert.deepEqual(valuesOf('C1', 'mailLocalAddress'), ['lai.mt@bus.test', 'mac.tl@bus.test'])
    assert.equal(handedOut('C1').address, 'mac.tl@bus.test')
  })

  it('second posts end with a closing: who comes back has none', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('C2', 'Mạc Kiêm Nhiệm'))
    const secondPosts = [{ unit: '000.02.91.H03', position: 'Tổ trưởng' }]
    await deliver(changed('C2', 'Mạc Kiêm Nhiệm', { change: 'SECONDED', secondPosts }))
    await deliver(closed('C2'))
    await deliver(opened('C2', 'Mạc Kiêm Nhiệm', { effectiveDate: '2026-11-25' }))
    assert.deepEqual(valuesOf('C2', 'departmentNumber'), ['000.01.91.H03'])
    assert.deepEqual(valuesOf('C2', 'title'), ['Chuyên viên'])
  })

  it('doveadm gets the commands to forget who is locked, and to end the sessions', async (t) => {
    const { commandsGiven, doveadm } = await startDoveadm(t)
    const { deliver } = await open(t, { doveadm })
    await deliver(opened('D1', 'Lò Văn Khóa'))
    assert.deepEqual(commandsGiven, [])
    await deliver(closed('D1'))
    assert.deepEqual(commandsGiven, [
      ['authCacheFlush', { user: ['khoa.lv'] }],
      ['kick', { mask: ['khoa.lv'] }]
    ])
  })

  it('a name that doveadm would take for a pattern ends nobody’s sessions: a fault says so', async (t) => {
    const { commandsGiven, doveadm } = await startDoveadm(t)
    const { deliver } = await open(t, { doveadm })
    slapd.apply(`dn: uid=*,${slapd.peopleBase}
objectClass: inetOrgPerson
cn: Lo Van Sao
sn: Lo
uid: *
employeeNumber: D2
`)
    await deliver(opened('D2', 'Lò Văn Sao'))
    await assert.rejects(deliver(closed('D2')), { fault: 'directory:nameIsMask' })
    assert.deepEqual([valuesOf('D2', 'employeeType'), commandsGiven], [['closed 2026-11-20'], []])
  })

  it('what was announced is applied without a cursor too, from the beginning on', async (t) => {
    const events: BusEvent[] = [
      opened('E1', 'Vàng Đến Hạn'),
      { ...closed('E1', '2026-11-25'), time: '2026-11-24T08:00:00+07:00' },
      opened('E2', 'Vàng Còn Làm'),
      { ...closed('E2', '2026-11-27'), time: '2026-11-24T08:00:00+07:00' }
    ]
    const { session, io, poll } = await open(
      t,
      {},
      {
        delivered: async (subject) => events.filter((event) => event.subject === subject),
        async *visible() {
          yield* events
        }
      }
    )
    const early = await openInstance(session.settings, {
      ...io,
      now: () => Date.parse('2026-11-24T09:00:00+07:00')
    })
    t.after(() => early.close())
    for (const event of events) await early.deliver(event)
    assert.deepEqual(valuesOf('E1', 'employeeType'), ['active'])
    assert.equal((await poll(undefined))?.cursor, '2026-11-26')
    assert.deepEqual(valuesOf('E1', 'employeeType'), ['closed 2026-11-25'])
    assert.deepEqual(valuesOf('E2', 'employeeType'), ['active'])
  })

  it('an account that was opened again is not removed, nor is the file of another entry of its number', async (t) => {
    const { deliver, session, file } = await open(t, { keepClosedDays: 0 })
    const accountOf = async (staffNumber: string) =>
      (await removable(session, now)).find((one) => one.staffNumber === staffNumber) ??
      assert.fail(staffNumber)
    await deliver(opened('F1', 'Sùng Mở Lại'))
    await deliver(closed('F1'))
    const account = await accountOf('F1')
    await deliver(opened('F1', 'Sùng Mở Lại', { effectiveDate: '2026-11-25' }))
    await assert.rejects(removeAccount(session, account), { fault: 'directory:notClosed' })
    assert.deepEqual([valuesOf('F1', 'employeeType'), existsSync(file('F1'))], [['active'], true])
    slapd.apply(`dn: uid=cu,${slapd.peopleBase}
objectClass: inetOrgPerson
cn: cu
sn: cu
uid: cu
employeeNumber: F1
employeeType: closed 2026-01-01
`)
    await removeAccount(session, await accountOf('F1'))
    assert.deepEqual([valuesOf('F1', 'employeeType'), existsSync(file('F1'))], [['active'], true])
  })
})
