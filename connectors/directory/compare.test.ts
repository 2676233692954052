import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { type DirectoryMail, startDirectoryMail } from '#tests/helpers/servers/directory-mail.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { compare, fix } from './compare.ts'
import {
  bindPassword,
  changed,
  closed,
  opened,
  openInstance,
  settingsFor,
  temporaryFolder
} from './fixtures/open.ts'
import { peopleFrom } from './people/people-from.ts'
import { readStaff } from './people/read-staff.ts'
import { removable, removeAccount } from './remove.ts'

const now = Date.parse('2026-11-26T09:00:00+07:00')

describe(
  'staff, directory and mail compared',
  needs('slapd', 'dovecot', 'opensmtpd', 'opensmtpd-ldap'),
  () => {
    const cleanup = afterSuite()
    let slapd: Slapd
    let mail: DirectoryMail
    before(async () => {
      slapd = await startSlapd(cleanup, bindPassword)
      mail = await startDirectoryMail(cleanup, slapd)
    })

    const people = (...events: readonly BusEvent[]) =>
      peopleFrom(
        async function* () {
          yield* events
        },
        [],
        now
      )

    async function open(t: TestContext) {
      const folder = temporaryFolder(t)
      const { session, io, deliver, close } = await openInstance(
        settingsFor(slapd, folder, { doveadm: mail.doveadm })
      )
      t.after(close)
      // Each test begins with nobody.
      const dns = [...slapd.search('(employeeNumber=*)', 'dn').matchAll(/^dn: (.+)$/gm)]
      for (const [, dn] of dns) slapd.apply(`dn: ${dn}\nchangetype: delete\n`)
      const reported = async (staff: Awaited<ReturnType<typeof people>>) =>
        (await compare(session, staff, io)).map(
          ({ staffNumber, kind, what }) => `${staffNumber} ${kind} ${what}`
        )
      const fixAll = async (staff: Awaited<ReturnType<typeof people>>) => {
        const fixed: string[] = []
        for await (const { staffNumber, fault } of fix(session, await compare(session, staff, io), io))
          fixed.push(`${staffNumber} ${fault ? 'refused' : 'fixed'}`)
        return fixed.toSorted()
      }
      return { session, folder, deliver, reported, fixAll }
    }

    it('finds what is missing, what differs and who is in no staff, and fixes what it may', async (t) => {
      const { reported, fixAll, deliver } = await open(t)
      const here = [opened('C-1', 'Nguyễn Có'), opened('C-2', 'Trần Đổi'), opened('C-3', 'Lê Thôi')]
      for (const event of [...here, opened('C-5', 'Phạm Lạ')]) await deliver(event)
      const move = changed('C-2', 'Trần Đổi', { change: 'MOVED', unit: '000.07.91.H03' })
      const staff = await people(...here, move, closed('C-3'), opened('C-4', 'Vũ Thiếu'))
      assert.deepEqual(await reported(staff), [
        'C-2 differs departmentNumber',
        'C-3 differs locks, employeeType, userPassword',
        'C-4 missing no account',
        'c-5 no-staff an account of nobody in staff'
      ])
      assert.deepEqual(await fixAll(staff), ['C-2 fixed', 'C-3 fixed', 'C-4 fixed'])
      assert.deepEqual(await reported(staff), ['c-5 no-staff an account of nobody in staff'])
    })

    it('closes nobody because staff is empty', async (t) => {
      const { reported, fixAll, deliver } = await open(t)
      await deliver(opened('D-1', 'Nguyễn Còn'))
      assert.deepEqual(await reported(new Map()), ['d-1 no-staff an account of nobody in staff'])
      assert.deepEqual(await fixAll(new Map()), [])
      assert.match(slapd.search('(employeeNumber=D-1)', 'employeeType'), /active/)
    })

    it('says who cannot be fixed, and fixes the others', async (t) => {
      const { fixAll } = await open(t)
      const staff = await people(opened('E-1', 'Nguy?n'), opened('E-2', 'Nguyễn Được'))
      assert.deepEqual(await fixAll(staff), ['E-1 refused', 'E-2 fixed'])
    })

    it('tells where the mail server knows another state than the directory', async (t) => {
      const { reported, deliver } = await open(t)
      const event = opened('F-1', 'Nguyễn Thư')
      await deliver(event)
      const staff = await people(event)
      assert.deepEqual(await reported(staff), [])
      slapd.apply(
        `dn: uid=thu.n,${slapd.peopleBase}\nchangetype: modify\ndelete: objectClass\nobjectClass: inetLocalMailRecipient\n-\ndelete: mailLocalAddress\n`
      )
      const found = await reported(staff)
      assert.ok(found.includes('F-1 mail the mail server has no mailbox thu.n'), found.join('\n'))
    })

    it('lists closed accounts once they were kept long enough, and removes those that a person names', async (t) => {
      const { session, deliver, folder } = await open(t)
      for (const number of ['G-1', 'G-2', 'G-3'])
        await deliver(opened(number, 'Ngô Rời', { effectiveDate: '2026-01-05' }))
      await deliver(closed('G-1', '2026-08-28'))
      await deliver(closed('G-2', '2026-08-29'))
      const [found, ...others] = await removable(session, now)
      assert.deepEqual([found?.staffNumber, others], ['G-1', []])
      assert.ok(found)
      await removeAccount(session, found)
      await removeAccount(session, found)
      assert.equal(slapd.search('(employeeNumber=G-1)').trim(), '')
      assert.throws(() => readFileSync(join(folder, 'G-1.json')), { code: 'ENOENT' })
      assert.deepEqual(await removable(session, now), [])
    })
  }
)

describe('staff from CSV', () => {
  const read = (text: string) => readStaff(Buffer.from(text))
  it('reads people by the names of columns', () => {
    const staff = read('\ufeffunit,staffNumber,fullName\n000.01.91.H03,NV-1,"Nguyễn, Văn"\n')
    assert.deepEqual(staff.get('NV-1')?.fullName, 'Nguyễn, Văn')
  })
  it('refuses what is no list of staff', () => {
    const bad = [
      '',
      'a,b\n1,2\n',
      'staffNumber,fullName,unit\n',
      'staffNumber,fullName,unit\n1,"A',
      'staffNumber,fullName,unit\n1,A,U\n1,B,U\n'
    ]
    for (const text of bad) assert.throws(() => read(text), { code: 'BUS_PEER_REFUSED' }, text)
    assert.throws(() => readStaff(Uint8Array.of(0xff, 0xfe, 0x41)), { code: 'BUS_PEER_REFUSED' })
  })
})
