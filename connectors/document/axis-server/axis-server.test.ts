import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { codes } from '#tests/helpers/test-bus.ts'
import { until } from '#tests/helpers/until.ts'
import { documentOfB, openAxisOfB } from '../fixtures/opened-axis-server.ts'
import { withFiles } from '../fixtures/small.ts'

describe('a document system that speaks to an axis', () => {
  const suite = afterSuite()
  let axis: Awaited<ReturnType<typeof openAxisOfB>>
  before(async () => {
    axis = await openAxisOfB(suite)
  })

  it('sends a package, which becomes one event, also where it is sent again', async () => {
    const { client, eventsOf } = axis
    const { file, subject } = documentOfB(withFiles({ name: 'Công văn.txt' }))
    const first = await client().send(file, codes.B)
    assert.deepEqual([first.status, first.ErrorCode], ['OK', '0'])
    const again = await client().send(file, codes.B)
    assert.equal(again.DocId, first.DocId)
    await until(async () => (await eventsOf(subject)).length > 0, 10_000)
    await client().send(file, codes.B)
    const { file: other, subject: after } = documentOfB()
    await client().send(other, codes.B)
    await until(async () => (await eventsOf(after)).length > 0, 10_000)
    assert.equal((await eventsOf(subject)).length, 1)
  })

  it('collects each package once: it is listed until it is done, and no longer', async () => {
    const { bus, client, waitingIds } = axis
    const event = bus.document()
    await bus.clients.A.publish(event)
    await until(async () => (await waitingIds()).length > 0, 10_000)
    const [docId = ''] = await waitingIds()
    for (const _poll of [1, 2]) assert.deepEqual(await waitingIds(), [docId])
    const { status, data } = await client().get(docId)
    assert.equal(status, 'OK')
    const xml = Buffer.from(String(data), 'base64').toString()
    assert.ok(xml.includes(`<edXML:DocumentId>${event.subject}</edXML:DocumentId>`))
    assert.equal((await client().update(docId, 'processing')).status, 'OK')
    for (const _time of [1, 2]) assert.equal((await client().update(docId, 'done')).status, 'OK')
    assert.deepEqual(await waitingIds(), [])
    assert.equal((await client().get(docId)).ErrorCode, '10')
  })

  it('is told the agencies of the settings, and its own', async () => {
    const { client } = axis
    const { data } = await client().call('getAgenciesList', {})
    assert.deepEqual(
      (data as readonly { readonly code: string; readonly name: string }[]).map(({ code, name }) => [
        code,
        name
      ]),
      [
        [codes.B, 'Cơ quan B'],
        [codes.A, 'Sở mẫu A']
      ]
    )
    assert.equal((await client().call('registerAgency', {}, JSON.stringify({ code: codes.B }))).status, 'OK')
    assert.equal((await client().call('registerAgency', {}, JSON.stringify({ code: 'X' }))).ErrorCode, '19')
    const large = await client().call(
      'registerAgency',
      {},
      JSON.stringify({ code: codes.B, name: 'x'.repeat(70_000) })
    )
    assert.equal(large.ErrorCode, '10')
    assert.match(large.ErrorDesc, /65536 byte/)
    const gone = (code: string) => client().call('deleteAgency', {}, JSON.stringify({ code }))
    assert.deepEqual([(await gone(codes.B)).ErrorCode, (await gone('X')).ErrorCode], ['19', '18'])
    assert.equal((await client().call('dropTables', {})).ErrorCode, '20')
  })

  it('is refused with a code and a reason: another secret, an old request, another agency, other bytes, no edXML', async () => {
    const { client } = axis
    const { file } = documentOfB()
    const codeOf = async (asked: Promise<{ readonly ErrorCode: string; readonly DocId?: string }>) => {
      const { ErrorCode, DocId } = await asked
      assert.equal(DocId, '')
      return ErrorCode
    }
    assert.equal(await codeOf(client({ secret: 'sai' }).send(file, codes.B)), '15')
    assert.equal(await codeOf(client({ systemId: 'qlvb.a' }).list('edoc')), '15')
    const old = await client({ at: Date.now() - 3_600_000 }).send(file, codes.B)
    assert.equal(old.ErrorCode, '15')
    assert.match(old.ErrorDesc, /900/)
    assert.equal(await codeOf(client().send(file, codes.A)), '19')
    const ofA = Buffer.from(file.toString().replaceAll(codes.B, codes.C))
    assert.equal(await codeOf(client().send(ofA, codes.B)), '19')
    assert.equal(await codeOf(client().send(file, codes.B, { 'hash-file': 'ab'.repeat(32) })), '10')
    assert.equal(await codeOf(client().send(Buffer.from('<edXML>'), codes.B)), '22')
    const bomb = Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert.equal(await codeOf(client().send(bomb, codes.B)), '22')
    const nobody = Buffer.from(file.toString().replaceAll(codes.A, '999.99.99.H99'))
    for (const _time of [1, 2]) assert.equal(await codeOf(client().send(nobody, codes.B)), '18')
    const sent = await client().call('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc' })
    assert.ok(!JSON.stringify(sent).includes('999.99.99.H99'))
  })

  it('has a header that its signature does not name ignored', async () => {
    const { url, systemId, client } = axis
    const signed = await client().call('updateStatus', {})
    assert.equal(signed.ErrorCode, '10')
    const answer = await fetch(`${url}/getReceivedEdocList`, {
      method: 'POST',
      headers: { 'XroadVnpt-systemid': systemId, 'XroadVnpt-hash-header': '0'.repeat(64) }
    })
    assert.deepEqual([answer.status, ((await answer.json()) as { ErrorCode: string }).ErrorCode], [401, '15'])
  })

  it('gives and takes packages of 20 MB, and no larger ones than edXML may be', async () => {
    const { url, client, eventsOf } = axis
    const content = Buffer.alloc(15_000_000, 'công văn').toString('base64')
    const { file, subject } = documentOfB(withFiles({ content }))
    assert.ok(file.length > 20_000_000)
    assert.equal((await client().send(file, codes.B)).status, 'OK')
    await until(async () => (await eventsOf(subject)).length > 0, 20_000)
    const response = await fetch(`${url}/sendEdoc`, {
      method: 'POST',
      body: new Uint8Array(80_000_000)
    }).catch((error: unknown) => ({ status: String(error) }))
    assert.equal(response.status, 413)
  })
})
