import assert from 'node:assert/strict'
import { chown, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { makeCertificate } from '#tests/helpers/certificate.ts'
import { describeOnPostgresProcess } from '#tests/helpers/servers/postgres.ts'
import { startTcpProxy } from '#tests/helpers/tcp-proxy.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import type { ConnectorIo, EventItem, FaultyItem, InboundItem } from '../connector.ts'
import { hostStaff, other, summaries, unit } from './fixtures/open.ts'
import { openStaffSystem } from './fixtures/staff-system.ts'

const dataOf = (item: unknown): Readonly<Record<string, unknown>> => (item as EventItem).event.data
const numberOf = (at: number): string => `CB${String(at).padStart(5, '0')}`
const add = (count: number, from = 0): string =>
  `INSERT INTO can_bo (ma_cb, ho_ten, don_vi, chuc_vu) SELECT 'CB' || lpad(n::text, 5, '0'), 'Cán Bộ ' || n,
   '${unit}', 'Chuyên viên' FROM generate_series(${from}, ${from + count - 1}) AS n`
const waitingSql = 'SELECT id FROM lienthong.staff_outbox WHERE taken_at IS NULL ORDER BY id'
const textOf = (item: InboundItem | undefined): string => (item as FaultyItem).fault.message
const sorted = (items: readonly InboundItem[]): readonly string[] => summaries(items).toSorted()

describeOnPostgresProcess('the database of a staff system', (server) => {
  const open = async (t: TestContext, more: object = {}, io: Partial<ConnectorIo> = {}) => {
    const system = await openStaffSystem(server)
    return { ...system, ...(await hostStaff(t, { postgres: system.settings, ...more }, io)) }
  }

  it('tells who joins, is renamed, moves, changes role, is seconded, goes on leave and leaves', async (t) => {
    const { run, poll } = await open(t, { alwaysClosed: 5, units: { 'Phòng Nội vụ': unit } })
    await run(add(2, 8))
    await run(`INSERT INTO can_bo VALUES ('CB1', 'Nguyễn Văn Mẫu', 'Phòng Nội vụ', 'Chuyên viên', 'Đang làm việc',
      '2026-08-05', 'Tày', '010012345678')`)
    const joined = await poll()
    assert.deepEqual(summaries(joined.slice(2)), ['CB1 account.opened.v1'])
    assert.deepEqual(dataOf(joined[2]), {
      ...{ staffNumber: 'CB1', fullName: 'Nguyễn Văn Mẫu', unit, position: 'Chuyên viên' },
      effectiveDate: '2026-08-05'
    })
    assert.doesNotMatch(JSON.stringify(joined), /Tày|010012345678/)
    await run(`BEGIN;
      UPDATE can_bo SET ho_ten = 'Nguyễn Văn Mới', don_vi = '${other}', trang_thai = 'Nghỉ dài hạn' WHERE ma_cb = 'CB1';
      INSERT INTO kiem_nhiem (ma_cb, don_vi, chuc_vu) VALUES ('CB1', 'Phòng Nội vụ', 'Ủy viên'); COMMIT`)
    const all = await poll()
    assert.deepEqual(summaries(all), ['CB1 RENAMED', 'CB1 MOVED', 'CB1 SECONDED', 'CB1 SUSPENDED'])
    assert.deepEqual(dataOf(all[3]).secondPosts, [{ unit, position: 'Ủy viên' }])
    await run(`BEGIN; DELETE FROM kiem_nhiem; UPDATE can_bo SET trang_thai = NULL, chuc_vu = 'Trưởng phòng'
      WHERE ma_cb = 'CB1'; COMMIT`)
    assert.deepEqual(summaries(await poll()), ['CB1 ROLE_CHANGED', 'CB1 SECONDMENT_ENDED', 'CB1 RESUMED'])
    await run("UPDATE can_bo SET trang_thai = 'Nghỉ hưu', ngay_hieu_luc = '2026-09-01' WHERE ma_cb = 'CB1'")
    const left = await poll()
    assert.deepEqual([summaries(left), dataOf(left[0]).effectiveDate], [['CB1 RETIRED'], '2026-09-01'])
    await run("DELETE FROM can_bo WHERE ma_cb = 'CB00008'")
    assert.deepEqual(summaries(await poll()), ['CB00008 OTHER'])
    assert.deepEqual(await run(waitingSql), [])
  })

  it('is read at an IPv6 address', async (t) => {
    const system = await openStaffSystem(server)
    const { port } = await startTcpProxy(t, system.settings.port, '::1')
    const { poll } = await hostStaff(t, { postgres: { ...system.settings, host: '::1', port } })
    await system.run(add(1))
    assert.equal((await poll()).length, 1)
  })

  it('gives no event for data that the bus does not read, and takes the notices', async (t) => {
    const { run, poll } = await open(t)
    await run(add(5))
    await poll()
    await run("UPDATE can_bo SET dan_toc = 'Thái'")
    assert.deepEqual(await poll(), [])
    assert.deepEqual(await run(waitingSql), [])
  })

  it('tells of a staff number that was changed, and of tables that are emptied and filled again', async (t) => {
    const { run, poll } = await open(t)
    await run(add(20))
    await poll()
    await run("UPDATE can_bo SET ma_cb = 'NV1' WHERE ma_cb = 'CB00000'")
    assert.deepEqual(sorted(await poll()), ['CB00000 OTHER', 'NV1 account.opened.v1'])
    await run(`BEGIN; TRUNCATE can_bo; ${add(19, 2)}; COMMIT`)
    assert.deepEqual(sorted(await poll()), ['CB00001 OTHER', 'CB00020 account.opened.v1', 'NV1 OTHER'])
  })

  it('finds what becomes visible late, below ids that are taken', async (t) => {
    const { run, poll, session } = await open(t)
    const late = await session()
    await late.query(`BEGIN; ${add(1)}`)
    await run(add(3, 1))
    assert.equal((await poll()).length, 3)
    await late.query('COMMIT')
    await late.end()
    assert.deepEqual(summaries(await poll()), ['CB00000 account.opened.v1'])
  })

  it('goes on where a crash cut it off: nothing is lost or told twice', async (t) => {
    const { run, poll, pollCutOff } = await open(t)
    await run(add(1200))
    const all = [...(await pollCutOff(100)), ...(await pollCutOff(0)), ...(await poll())]
    const expected = Array.from({ length: 1200 }, (_, at) => `${numberOf(at)} account.opened.v1`)
    assert.deepEqual(summaries(all), expected)
    await run('UPDATE lienthong.staff_outbox SET taken_at = NULL')
    assert.deepEqual(await poll(), [], 'read again as after a restore')
  })

  it('holds leavers that are too many for a person, and lets everything else pass', async (t) => {
    const { run, poll, retry } = await open(t)
    await run(add(100))
    await poll()
    await run("DELETE FROM can_bo WHERE ma_cb < 'CB00040'")
    await run(add(1, 200))
    const found = await poll()
    assert.deepEqual(sorted(found), ['CB00200 account.opened.v1', 'locksMany'])
    const held = found.find((item) => 'fault' in item)
    assert.match(textOf(held), /^40 of 100 accounts would be locked or closed within a day, more than 10, /)
    assert.deepEqual(await poll(), [], 'it is reported once')
    await run("DELETE FROM can_bo WHERE ma_cb = 'CB00040'")
    retry(held?.reference ?? '')
    const [again, ...none] = await poll()
    assert.match(textOf(again), /^41 of 101 accounts/, 'nobody said yes to the one that was added')
    assert.equal(none.length, 0)
    retry(held?.reference ?? '')
    const closed = [...(await poll()), ...(await poll())]
    assert.deepEqual(
      sorted(closed),
      Array.from({ length: 41 }, (_, at) => `${numberOf(at)} OTHER`)
    )
    await run("DELETE FROM can_bo WHERE ma_cb < 'CB00046'")
    assert.equal((await poll()).length, 5, 'those that a person accepted do not count')
    await run("DELETE FROM can_bo WHERE ma_cb < 'CB00056'")
    assert.deepEqual(summaries(await poll()), ['locksMany'], 'more than a tenth on one day')
  })

  it('closes nobody who is there again', async (t) => {
    const { run, poll, retry } = await open(t)
    await run(add(50))
    await poll()
    await run('DELETE FROM can_bo')
    const [held] = await poll()
    assert.match(textOf(held), /^50 of 50/)
    await run(add(49))
    assert.deepEqual(summaries(await poll()), ['CB00049 OTHER'])
    retry(held?.reference ?? '')
    assert.deepEqual(await poll(), [])
  })

  it('holds new names and units that are too many, and leaves for long, and tells of both', async (t) => {
    const { run, poll, retry } = await open(t)
    await run(add(100))
    await poll()
    await run(`BEGIN; UPDATE can_bo SET ho_ten = ho_ten || ' x' WHERE ma_cb < 'CB00050';
      UPDATE can_bo SET trang_thai = 'Nghỉ dài hạn' WHERE ma_cb >= 'CB00080'; COMMIT`)
    const held = (await poll()) as readonly FaultyItem[]
    assert.deepEqual(sorted(held), ['locksMany', 'movesMany'])
    retry(held.find(({ fault }) => fault.fault === 'staff:movesMany')?.reference ?? '')
    const accepted = [...(await poll()), ...(await poll()), ...(await poll())]
    assert.equal(summaries(accepted).filter((one) => one.endsWith(' RENAMED')).length, 50)
    assert.equal(accepted.length, 50, 'nobody said yes to the leaves')
  })

  it('counts leavers of a day who come one by one', async (t) => {
    const { run, poll } = await open(t)
    await run(add(100))
    await poll()
    const found: InboundItem[] = []
    for (let at = 0; at < 14; at += 1) {
      await run(`DELETE FROM can_bo WHERE ma_cb = '${numberOf(at)}'`)
      found.push(...(await poll()))
    }
    assert.equal(summaries(found).filter((one) => one.endsWith(' OTHER')).length, 10)
    assert.equal(summaries(found).filter((one) => one === 'locksMany').length, 1)
  })

  it('a person says yes to no more leavers than they saw, also if a long transaction ends late', async (t) => {
    const { run, poll, retry, session } = await open(t)
    await run(add(100))
    await poll()
    const late = await session()
    await late.query("BEGIN; DELETE FROM can_bo WHERE ma_cb < 'CB00050'")
    await run("DELETE FROM can_bo WHERE ma_cb >= 'CB00080'")
    const [held] = await poll()
    retry(held?.reference ?? '')
    assert.equal((await poll()).length, 1)
    await late.query('COMMIT')
    await late.end()
    assert.deepEqual(summaries(await poll()), ['locksMany'])
  })

  it('quarantines a person who cannot be used, and reads them again once that is fixed', async (t) => {
    const { run, poll, retry } = await open(t)
    await run(`${add(2)}; INSERT INTO can_bo (ma_cb, ho_ten, don_vi) VALUES ('CB7', 'A', 'Phòng lạ')`)
    const found = await poll()
    assert.deepEqual(sorted(found), ['CB00000 account.opened.v1', 'CB00001 account.opened.v1', 'unitUnknown'])
    const bad = found.find((item) => 'fault' in item)
    assert.match(textOf(bad), /^Staff number CB7: the unit "Phòng lạ" is not known/)
    assert.deepEqual(await poll(), [])
    retry(bad?.reference ?? '')
    assert.deepEqual(summaries(await poll()), ['unitUnknown'], 'a retry reads it again')
    await run(`UPDATE can_bo SET don_vi = '${unit}' WHERE ma_cb = 'CB7'`)
    assert.deepEqual(summaries(await poll()), ['CB7 account.opened.v1'])
    assert.deepEqual(await run(waitingSql), [])
  })

  const hostile: Readonly<Record<string, readonly [values: string, fault: string]>> = {
    'no staff number': [`NULL, 'A', '${unit}'`, 'numberMissing'],
    'a staff number of another alphabet': [`'СВ00000', 'A', '${unit}'`, 'numberSimilar'],
    'a control character': [`'CB9', E'A\\u001b[2J', '${unit}'`, 'textUnusable'],
    'a name of 10 MB': [`'CB9', repeat('A', 10000000), '${unit}'`, 'textUnusable'],
    'a staff number of 1 MB': [`repeat('9', 1000000), 'A', '${unit}'`, 'textUnusable'],
    'no name': [`'CB9', '', '${unit}'`, 'nameMissing']
  }
  for (const [what, [values, fault]] of Object.entries(hostile)) {
    it(`with ${what} ends in a reason, and the others go on`, async (t) => {
      const { run, poll } = await open(t)
      await run(add(1))
      await run('ALTER TABLE can_bo DROP CONSTRAINT can_bo_ma_cb_key')
      assert.equal((await poll()).length, 1)
      await run(`INSERT INTO can_bo (ma_cb, ho_ten, don_vi) VALUES (${values})`)
      await run(add(1, 1))
      assert.deepEqual(sorted(await poll()), ['CB00001 account.opened.v1', fault])
    })
  }

  it('with two new people whose numbers look the same ends in a reason', async (t) => {
    const { run, poll } = await open(t)
    await run(
      `INSERT INTO can_bo (ma_cb, ho_ten, don_vi) VALUES ('cb1', 'A', '${unit}'), ('CB1', 'B', '${unit}')`
    )
    assert.deepEqual(sorted(await poll()), ['cb1 account.opened.v1', 'numberSimilar'])
  })

  it('with two rows of a person ends in a reason, and closes nobody', async (t) => {
    const { run, poll } = await open(t)
    await run('ALTER TABLE can_bo DROP CONSTRAINT can_bo_ma_cb_key')
    await run(add(3))
    await poll()
    await run(add(1))
    assert.deepEqual(summaries(await poll()), ['personTwice'])
  })

  for (const type of ['char(12)', 'integer']) {
    it(`reads staff numbers of a column of the type ${type}`, async (t) => {
      const system = await openStaffSystem(server)
      await system.run(`DROP VIEW lienthong.staff; ALTER TABLE can_bo ALTER ma_cb TYPE ${type} USING ma_cb::${type};
        CREATE VIEW lienthong.staff AS SELECT ma_cb AS staff_number, ho_ten AS full_name, don_vi AS unit,
          NULL AS position, NULL AS status, NULL AS effective_date, NULL AS second_unit, NULL AS second_position,
          NULL AS mail_address FROM can_bo; GRANT SELECT ON lienthong.staff TO lienthong`)
      const { poll } = await hostStaff(t, { postgres: system.settings })
      await system.run(`INSERT INTO can_bo (ma_cb, ho_ten, don_vi) VALUES ('107', 'A', '${unit}')`)
      assert.deepEqual(summaries(await poll()), ['107 account.opened.v1'])
      await system.run('SELECT lienthong.note_all()')
      assert.deepEqual(await poll(), [])
    })
  }

  it('wakes the host for each change', async (t) => {
    const { promise: woken, resolve } = Promise.withResolvers<void>()
    const { run, poll } = await open(t, {}, { wake: resolve })
    await run(add(1))
    await woken
    assert.equal((await poll()).length, 1)
  })

  it('says what was not set up, and what the bus may not do', async (t) => {
    const bare = await openStaffSystem(server, { prepare: false })
    const faultOf = async (settings: object): Promise<BusError> => {
      const failed = await hostStaff(t, { postgres: settings }).catch((error: unknown) => error)
      assert.ok(failed instanceof BusError, String(failed))
      return failed
    }
    assert.match((await faultOf(bare.settings)).message, /relation "lienthong.staff_outbox" does not exist/)
    const { settings, run, user } = await openStaffSystem(server)
    await run(`REVOKE lienthong FROM ${user}`)
    assert.match((await faultOf(settings)).message, /permission denied for schema lienthong/)
    await run(`GRANT lienthong TO ${user}; REVOKE UPDATE (taken_at) ON lienthong.staff_outbox FROM lienthong`)
    assert.match((await faultOf(settings)).message, /permission denied for table staff_outbox/)
    await run(`GRANT UPDATE (taken_at) ON lienthong.staff_outbox TO lienthong;
      DROP VIEW lienthong.staff; CREATE VIEW lienthong.staff AS SELECT ma_cb AS staff_number FROM can_bo;
      GRANT SELECT ON lienthong.staff TO lienthong`)
    assert.match((await faultOf(settings)).message, /column "full_name" does not exist/)
    assert.equal((await faultOf({ ...settings, database: 'khong_co' })).code, 'BUS_PEER_FAILED')
    assert.equal(
      (await faultOf({ ...settings, allowPrivateAddresses: false })).fault,
      'staff:databaseAddress'
    )
    assert.match((await faultOf({ ...settings, security: 'tls' })).message, /does not support SSL/)
  })

  it('a view that fails says so without data of people', async (t) => {
    const { run, poll } = await open(t)
    await run(`CREATE OR REPLACE FUNCTION bad() RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN RETURN 'Tày'::int::text; END $$;
      DROP VIEW lienthong.staff; CREATE VIEW lienthong.staff AS SELECT ma_cb AS staff_number, ho_ten AS full_name,
        don_vi AS unit, bad() AS position, '' AS status, '' AS effective_date, '' AS second_unit, '' AS second_position,
        '' AS mail_address FROM can_bo; GRANT SELECT ON lienthong.staff TO lienthong; ${add(1)}`)
    await assert.rejects(poll(), { message: /SQLSTATE 22P02/ })
  })

  it('a trigger with a wrong column fails when it is used, and is not silent', async () => {
    const { run } = await openStaffSystem(server)
    await run(
      `CREATE TRIGGER wrong AFTER INSERT ON can_bo FOR EACH ROW EXECUTE FUNCTION lienthong.note_row('ma')`
    )
    await assert.rejects(run(add(1)), { message: 'trigger wrong on public.can_bo: there is no column ma' })
  })

  it('users of the staff system need no rights for the bus, and may not note everybody', async () => {
    const { run, user } = await openStaffSystem(server)
    await run(`REVOKE lienthong FROM ${user}; GRANT ALL ON can_bo TO ${user}`)
    await run(`SET ROLE ${user}; ${add(1)}; TRUNCATE can_bo`)
    assert.equal((await run(waitingSql)).length, 2)
    await assert.rejects(run(`SET ROLE ${user}; SELECT lienthong.note_all()`), {
      message: /permission denied/
    })
  })

  it('is read over TLS, with a certificate that is checked', async (t) => {
    const { run, settings } = await openStaffSystem(server)
    const folder = await temporaryFolder(t)
    const { certFile, keyFile } = makeCertificate(folder, 'hr.test')
    for (const file of [folder, certFile, keyFile]) await chown(file, (await stat(server.folder)).uid, 0)
    await server.stop()
    await server.start(['ssl=on', `ssl_cert_file=${certFile}`, `ssl_key_file=${keyFile}`])
    const overTls = { ...settings, security: 'tls', authoritiesFile: certFile }
    const { poll } = await hostStaff(t, { postgres: overTls })
    await run(add(1))
    assert.equal((await poll()).length, 1)
    const refused = [
      { ...overTls, serverName: 'other.test' },
      { ...settings, security: 'tls' }
    ]
    for (const postgres of refused) {
      await assert.rejects(hostStaff(t, { postgres }), { code: 'BUS_PEER_UNREACHABLE' })
    }
    const missing = { ...overTls, authoritiesFile: join(folder, 'none') }
    await assert.rejects(hostStaff(t, { postgres: missing }), { fault: 'staff:secretUnreadable' })
  })

  it('goes on after the server was restarted', async (t) => {
    const wakes: number[] = []
    const { run, poll } = await open(t, {}, { wake: () => void wakes.push(1) })
    await run(add(1))
    assert.equal((await poll()).length, 1)
    await server.stop()
    const failed = await poll().catch((error: unknown) => error)
    assert.ok(failed instanceof BusError && failed.code === 'BUS_PEER_UNREACHABLE', String(failed))
    await server.start()
    await run(add(2, 1))
    assert.equal((await poll()).length, 2)
  })

  it('leaves a server that answers nothing within the time limit', async (t) => {
    const { run, poll, settings } = await open(t)
    const { poll: pollSoon } = await hostStaff(t, { postgres: { ...settings, timeoutMs: 300 } })
    await run(add(1))
    await server.signal('SIGSTOP')
    try {
      await assert.rejects(pollSoon(), { code: 'BUS_PEER_UNREACHABLE', message: /no answer within 300 ms/ })
    } finally {
      await server.signal('SIGCONT')
    }
    assert.equal((await poll()).length, 1)
  })
})
