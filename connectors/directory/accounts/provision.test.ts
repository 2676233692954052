import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { Client } from 'ldapts'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import type { ConnectorIo } from '../../connector.ts'
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
} from '../fixtures/open.ts'
import type { DirectorySettings } from '../settings.ts'

const refused = { code: 'BUS_PEER_REFUSED' }

describe('accounts of others, and locks', needs('slapd'), () => {
  const cleanup = afterSuite()
  let slapd: Slapd
  before(async () => {
    slapd = await startSlapd(cleanup, bindPassword)
  })
  const { entryOf, valuesOf } = readingFrom(() => slapd)

  const open = (t: TestContext, more: Partial<DirectorySettings> = {}, io: Partial<ConnectorIo> = {}) =>
    openOn(slapd, t, more, io)

  const add = (uid: string, staffNumber: string, more: string): void =>
    slapd.apply(`dn: uid=${uid},${slapd.peopleBase}
objectClass: inetOrgPerson
cn: ${uid}
sn: ${uid}
uid: ${uid}
employeeNumber: ${staffNumber}
${more}`)

  it('an entry with another name is not taken over', async (t) => {
    const { deliver } = await open(t)
    add('service', '0001', 'employeeType: service\ntitle: root\n')
    const before = entryOf('0001')
    await assert.rejects(deliver(opened('0001', 'Nguyễn Văn Kẻ')), refused)
    assert.equal(entryOf('0001'), before)
  })

  it('a number that is given to somebody else opens no closed account', async (t) => {
    const { deliver } = await open(t)
    await deliver(opened('R1', 'Nguyễn Văn Cũ'))
    await deliver(closed('R1'))
    const before = entryOf('R1')
    await assert.rejects(deliver(opened('R1', 'Hoàng Thị Mới', { effectiveDate: '2026-11-25' })), refused)
    assert.equal(entryOf('R1'), before)
  })

  it('an address of a unit, or a former one of a person, is given to nobody else', async (t) => {
    const { deliver } = await open(t)
    slapd.apply(`dn: cn=ubnd,${slapd.suffix}
objectClass: inetOrgPerson
cn: ubnd
sn: ubnd
mail: ubnd@bus.test
`)
    await deliver(opened('U1', 'Lê An', { mailAddress: 'ubnd@bus.test' }))
    assert.deepEqual(valuesOf('U1', 'mail'), ['ubnd2@bus.test'])
    await deliver(opened('U2', 'Chu Thị Trước'))
    await deliver(changed('U2', 'Chu Thị Sau', { change: 'RENAMED' }))
    slapd.apply(
      `dn: ${entryOf('U2').match(/(?<=^dn: ).+/m)?.[0]}\nchangetype: modrdn\nnewrdn: uid=elsewhere\ndeleteoldrdn: 1\n`
    )
    await deliver(opened('U3', 'Chu Thị Trước'))
    assert.deepEqual(valuesOf('U3', 'mail'), ['truoc.ct2@bus.test'])
  })

  it('names of all peoples of Vietnam give addresses, and what tells namesakes apart does not count', async (t) => {
    const { deliver } = await open(t)
    const names = { 'HʼWưn Niê': 'nie.hw', 'K`Brôih Ƀing': 'bing.kb', 'Nguyễn Văn Ân (A)': 'an.nv' }
    for (const [name, wanted] of Object.entries(names)) {
      await deliver(opened(name, name))
      assert.deepEqual(valuesOf(`${name.replaceAll('(', '\\28').replaceAll(')', '\\29')}`, 'uid'), [wanted])
    }
  })

  it('a file that somebody else put into the folder is no password', async (t) => {
    const { deliver, folder, check } = await open(t)
    writeFileSync(join(folder, 'P1.json'), JSON.stringify({ password: 5 }))
    await deliver(opened('P1', 'Tạ Văn Gài'))
    assert.equal(await signsIn(slapd, `uid=gai.tv,${slapd.peopleBase}`, '5'), false)
    chmodSync(folder, 0o777)
    await assert.rejects(check(), { code: 'BUS_PEER_FAILED' })
  })

  it('what is due for hundreds on one day is applied in parts, and goes on where it was', async (t) => {
    let now = '2026-11-26T09:00:00+07:00'
    const events: BusEvent[] = []
    const io = {
      now: () => Date.parse(now),
      delivered: async (subject: string) => events.filter((event) => event.subject === subject),
      async *visible() {
        yield* events
      }
    }
    const { poll } = await open(t, {}, io)
    for (let index = 0; index < 250; index += 1)
      events.push(
        opened(`Q${index}`, `Quách ${String.fromCharCode(97 + (index % 26))}`, {
          effectiveDate: '2026-11-27'
        })
      )
    now = '2026-11-27T09:00:00+07:00'
    const first = await poll('2026-11-26')
    assert.deepEqual([first?.more, first?.items], [true, []])
    assert.equal(slapd.search('(employeeNumber=Q*)', 'dn').match(/^dn:/gm)?.length, 200)
    const [second, again] = await Promise.all([poll(first?.cursor), poll(first?.cursor)])
    assert.equal(second?.cursor, '2026-11-27')
    assert.deepEqual(again, second)
    assert.equal(slapd.search('(employeeNumber=Q*)', 'dn').match(/^dn:/gm)?.length, 250)
    const stop = new AbortController()
    const stopped = await open(t, {}, { ...io, signal: stop.signal })
    stop.abort()
    await assert.rejects(stopped.poll('2026-11-26'), { name: 'AbortError' })
    assert.equal((await poll('2027-01-01'))?.cursor, '2026-11-27', 'a clock that was ahead')
  })

  it('who leaves is locked out where the bus cannot see the password; the check says that it cannot', async (t) => {
    const { deliver, folder, check } = await open(t)
    const hidden = await startSlapd(t, bindPassword)
    const instance = await openInstance(settingsFor(hidden, folder))
    t.after(() => instance.close())
    hidden.configure(`dn: olcDatabase={1}mdb,cn=config
changetype: modify
replace: olcAccess
olcAccess: to attrs=userPassword by dn.exact="${hidden.bindDn}" =w by anonymous auth
olcAccess: to * by dn.exact="${hidden.bindDn}" write by * read
`)
    await instance.deliver(opened('H1', 'Nguyễn Văn Kín'))
    await assert.rejects(instance.check(), (error: { text(language: 'en'): string }) =>
      /may not read userPassword/.test(error.text('en'))
    )
    await instance.deliver(closed('H1'))
    assert.match(hidden.search('(employeeNumber=H1)', 'userPassword'), /^userPassword:: e1gtTE9DS0VEfQ==$/m)
    const client = new Client({ url: hidden.url })
    for (const password of ['{X-LOCKED}', 'any'])
      await assert.rejects(client.bind(`uid=kin.nv,${hidden.peopleBase}`, password))
    await client.unbind()
    await deliver(opened('H2', 'Nguyễn Văn Hiện'))
    await check()
  })
})
