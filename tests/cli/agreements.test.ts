import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { exampleData } from '../helpers/example-data.ts'
import { oneLine, onTerminal, refusalOf, startOperator } from '../helpers/operator.ts'
import { codes, systemOf, type TestBus } from '../helpers/test-bus.ts'

const example = exampleData('dossier/received.v1') as JsonObject & { dossierCode: string }

/** `B` sends a dossier to `C`. */
async function sendDossier({ clients }: TestBus) {
  const type = 'dossier.received.v1'
  const draft = { type, subject: example.dossierCode, recipients: [codes.C], data: example }
  return clients.B.publish(newEvent(systemOf('B'), draft))
}

async function draft({ operator }: TestBus): Promise<void> {
  const parties = { provider: codes.B, consumer: codes.C, types: ['dossier.received.v1'] }
  const reasons = { purpose: 'Giải quyết hồ sơ', legalBasis: 'Quyết định 1' }
  const resource = '/agreements/b-c'
  await operator.act('/v1/agreements', {
    act: 'agreement.drafted',
    resource,
    previous: null,
    ...parties,
    ...reasons
  })
}

describe('lienthong agreements', () => {
  it('signs, suspends, resumes and ends: what is sent under it is accepted or refused', async (t) => {
    const { bus, run } = await startOperator(t)
    await draft(bus)
    const isRefused = async () => assert.equal((await refusalOf(sendDossier(bus))).code, 'BUS_NOT_PERMITTED')
    const isAccepted = async () => assert.equal((await sendDossier(bus))[0]?.status, 'accepted')
    await isRefused()
    assert.match(
      (await run('agreements', 'b-c')).stdout,
      /^b-c: Drafted; Provider: Cơ quan B, .*; Consumer: Cơ quan C, .*\(dossier\.received\.v1\); Purpose: Giải quyết hồ sơ; Legal basis: Quyết định 1\n$/
    )
    const signed = await run('agreements', 'sign', 'b-c')
    assert.match(
      signed.stdout,
      /^Will sign the agreement \/agreements\/b-c: Provider: .*\nDone: Agreement signed: /
    )
    await isAccepted()
    await run('agreements', 'suspend', '/agreements/b-c', '--reason', 'kiểm tra')
    await isRefused()
    await run('agreements', 'resume', 'b-c')
    await isAccepted()
    const unasked = await run('agreements', 'end', 'b-c', '--reason', 'hết hạn')
    assert.match(unasked.stderr, /--yes\.\n$/)
    await isAccepted()
    assert.match(
      await onTerminal(bus, ['agreements', 'end', 'b-c'], async () => 'có'),
      /Done: Agreement ended/
    )
    await isRefused()
    assert.match((await run('agreements', 'b-c')).stdout, /^b-c: Ended;/)
    assert.match((await run('agreements', 'resume', 'b-c')).stderr, /^BUS_ACT_CONFLICT: .*has ended/)
  })

  it('lists those of an agency, in Vietnamese by LANG, and answers a wrong name with one line', async (t) => {
    const { bus, run } = await startOperator(t, 'vi_VN.UTF-8')
    await draft(bus)
    const { stdout } = await run('agreements')
    assert.match(stdout, /^a-b-dossiers: Đang hiệu lực; .*\nb-c: Bản dự thảo; Bên cung cấp: Cơ quan B/)
    assert.match((await run('agreements', '--agency', codes.C)).stdout, /^b-c: .*\n$/)
    assert.equal(JSON.parse((await run('agreements', 'b-c', '--json')).stdout).resource, '/agreements/b-c')
    assert.match(
      (await run('agreements', 'sign', 'b-c')).stdout,
      /^Sẽ ký thỏa thuận .*\nĐã xong: Ký thỏa thuận: /
    )
    assert.match(
      oneLine(await run('agreements', 'sign', 'c-d')),
      /^Không có thỏa thuận c-d .*`lienthong agreements`/
    )
  })
})

describe('lienthong rights', () => {
  it('lists who may publish what and to whom, in both languages', async (t) => {
    const { bus, run } = await startOperator(t)
    const resource = `/agencies/${codes.A}/systems/desk`
    await bus.operator.act('/v1/systems', { act: 'system.added', resource, previous: null })
    const { stdout } = await run('rights', `${codes.A}.qlvb`)
    assert.equal(stdout.trim().split('\n').length, 4)
    assert.match(
      stdout,
      new RegExp(
        `^${systemOf('A')} \\(Cơ quan A, ${codes.A}\\): .*\\(document.issued.v1\\); May send to: every agency$`,
        'm'
      )
    )
    assert.match(
      (await run('rights', '--agency', codes.B, '--lang', 'vi')).stdout,
      /\(dossier\.received\.v1\); Được gửi cho: cơ quan có thỏa thuận$/m
    )
    assert.equal((await run('rights', `${codes.A}.desk`)).stdout, 'None.\n')
    assert.match(oneLine(await run('rights', `${codes.A}.x`)), /^There is no system /)
  })
})

describe('lienthong agencies close', () => {
  it('closes an agency for good, and senders are told its successor', async (t) => {
    const { bus, run } = await startOperator(t)
    const close = ['agencies', 'close', codes.B, '--successor', codes.C]
    assert.match((await run(...close)).stderr, /^This cannot be undone\..*--yes\.\n$/)
    assert.equal((await bus.clients.A.publish(bus.document()))[0]?.status, 'accepted')
    const closed = await run(...close, '--yes')
    assert.match(
      closed.stdout,
      /^Will close the agency Cơ quan B .*told its successor: Cơ quan C .*\nDone: Agency closed: /
    )
    const refused = await refusalOf(bus.clients.A.publish(bus.document()))
    assert.equal(refused.code, 'BUS_AGENCY_CLOSED')
    assert.match(refused.message, new RegExp(codes.C))
    assert.match((await run(...close, '--yes')).stderr, /^BUS_ACT_INVALID: .*closed/)
    assert.match(oneLine(await run('agencies', 'close', 'H99', '--yes')), /^There is no agency H99\./)
    assert.match((await run('agencies', codes.A)).stdout, /^Cơ quan A \(/)
  })
})
