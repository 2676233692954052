import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { type AxisServerOptions, openAxisServer } from '#deploy/outsides/axis/server.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { opened, sender } from '../fixtures/opened-transport.ts'
import { e, smallPackage, smallStatus } from '../fixtures/small.ts'
import type { AxisSettings } from '../settings.ts'
import { openAxis } from './axis.ts'
import type { HasTwin } from './transport.ts'

const secret = 'bí mật'
const systemId = 'bus.h03'
/** The agency beyond the axis, and one on the bus. */
const [beyond, own] = ['000.00.91.H03', '000.00.92.H03']
const never = new AbortController().signal
const alone: HasTwin = async () => false

async function openBoth(
  t: TestContext,
  changes: Partial<AxisServerOptions> = {},
  more: Partial<AxisSettings> = {}
) {
  const axis = await openAxisServer({
    accounts: [{ systemId, secret }],
    agencies: [
      { code: beyond, name: 'Sở mẫu A', pcode: 'other' },
      { code: own, name: 'Sở mẫu B', pcode: systemId }
    ],
    ...changes
  })
  t.after(() => axis.close())
  const settings: AxisSettings = {
    ...{ endpoint: `http://127.0.0.1:${axis.port}/`, systemId, secret, register: [], timeoutMs: 10_000 },
    ...{ allowPlainHttp: true, allowPrivateAddresses: true },
    ...more
  }
  const left: string[] = []
  const open = async (also: Partial<AxisSettings> = {}) => {
    const io = { agency: beyond, signal: never }
    const transport = await openAxis({ ...settings, ...also }, io, (name) => void left.push(name))
    t.after(() => transport.close())
    return transport
  }
  return { axis, open, left }
}

/** A package of the bus's agency for the one beyond. */
function given(
  xml = smallPackage({ from: `<e:From><e:OrganId>${own}</e:OrganId></e:From>` }).replaceAll(
    '92.H03</e:OrganId><e:OrganName>Nơi',
    '91.H03</e:OrganId><e:OrganName>Nơi'
  )
) {
  const open = async function* () {
    for (let at = 0; at < xml.length; at += 100) yield xml.slice(at, at + 100)
  }
  return { ...sender, from: own, notation: '1/SMA', name: 'a.edxml', open }
}

async function failure(asked: Promise<unknown>): Promise<BusError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason
  )
  assert.ok(error instanceof BusError, String(error))
  return error
}

describe('the axis, asked', () => {
  it('gives what the agency sent, documents and statuses, oldest first, each until it is told what became of it', async (t) => {
    const { axis, open } = await openBoth(t)
    const packages = opened(await open())
    const [first] = axis.add(Buffer.from(smallPackage()))
    const foreign = smallPackage().replaceAll(beyond, '000.00.99.H03')
    axis.add(Buffer.from(foreign))
    const [second] = axis.add(
      Buffer.from(smallStatus().replace(own, '@').replace(beyond, own).replace('@', beyond)),
      'status'
    )
    const { reference } = await packages.coming()
    assert.deepEqual(await packages.coming(), { reference, bytes: first?.file })
    await packages.sent(reference)
    const next = await packages.coming()
    assert.deepEqual(next.bytes, second?.file)
    await packages.refused(next.reference, 'no')
    assert.deepEqual(
      axis.documents.map(({ status }) => status),
      ['done', 'initial', 'fail']
    )
    assert.equal(await packages.next(), undefined)
  })

  it('gives a package that the axis lists for each of its recipients once, and tells it for all', async (t) => {
    const { axis, open } = await openBoth(t)
    const packages = opened(await open())
    const another = own.replace('92', '93')
    axis.agencies.push({ code: another, name: 'Sở mẫu C', pcode: systemId })
    axis.add(Buffer.from(smallPackage().replace('</e:To>', `</e:To>${e('To', e('OrganId', another))}`)))
    const { reference } = await packages.coming()
    assert.equal(await packages.next((one) => one === reference), undefined)
    await packages.sent(reference)
    assert.deepEqual(
      axis.documents.map(({ to, status }) => [to, status]),
      [own, another].map((to) => [to, 'done'])
    )
    const after = opened(await open())
    Object.assign(axis.documents[0] ?? {}, { status: 'initial' })
    await after.sent(reference)
    assert.equal((await after.coming()).reference, reference, 'what is listed again is the same one')
  })

  it('tells by its id what it was told of by an earlier release', async (t) => {
    const { axis, open } = await openBoth(t)
    const packages = opened(await open())
    const [{ docId } = { docId: '' }] = axis.add(Buffer.from(smallPackage()))
    assert.equal(await packages.next((one) => one === docId), undefined)
    await packages.sent(docId)
    assert.equal(axis.documents[0]?.status, 'done')
  })

  for (const data of [undefined, '', { content: 'x' }, '{"content":"eA=="}']) {
    it(`leaves a package for which it is answered ${JSON.stringify(data)}, and takes it later`, async (t) => {
      let isBroken = true
      const { axis, open, left } = await openBoth(t, {
        async interfere(operation, response) {
          if (operation !== 'getEdoc' || !isBroken) return false
          response.end(JSON.stringify({ status: 'OK', ErrorCode: '0', data }))
          return true
        }
      })
      const packages = opened(await open())
      const [added] = axis.add(Buffer.from(smallPackage()))
      assert.equal(await packages.next(), undefined)
      assert.deepEqual(left, [added?.docId])
      isBroken = false
      assert.deepEqual((await packages.coming()).bytes, added?.file)
    })
  }

  it('gets packages, and says of one that is sent already that it is done, with a warning if its recipient failed', async (t) => {
    const { axis, open } = await openBoth(t)
    const transport = await open()
    const io = connectorIo(t)
    assert.equal(await transport.lookUp(given(), alone, io), 'not-done')
    const { marks } = await transport.put(given(), never)
    assert.equal(axis.documents[0]?.to, beyond)
    const found = await transport.lookUp(given(), alone, io)
    assert.deepEqual(found, { marks })
    Object.assign(axis.documents[0] ?? {}, { status: 'fail' })
    const warned: object[] = []
    const log = { ...io.log, warn: (values: object) => void warned.push(values) }
    assert.deepEqual(await transport.lookUp(given(), alone, { ...io, log }), { marks })
    assert.deepEqual(warned, [{ docId: axis.documents[0]?.docId, to: beyond, notation: '1/SMA' }])
    io.keep(marks)
    assert.equal(await transport.lookUp(given(), alone, io), 'not-done')
    await transport.put(given(), never)
    await transport.put(given(), never)
    assert.equal(await transport.lookUp(given(), alone, io), 'unknown')
  })

  it('takes nothing for its own that another package may be', async (t) => {
    const { open } = await openBoth(t)
    const transport = await open()
    const io = connectorIo(t)
    const doubtful: HasTwin = async () => true
    assert.equal(await transport.lookUp(given(), doubtful, io), 'not-done')
    const { marks } = await transport.put(given(), never)
    assert.equal(await transport.lookUp(given(), doubtful, io), 'unknown')
    assert.deepEqual(await transport.lookUp(given(), alone, io), { marks })
  })

  it('takes nothing that was sent long before an event for its delivery, and asks a person where no time is told', async (t) => {
    const { axis, open } = await openBoth(t)
    const transport = await open()
    const io = connectorIo(t)
    await transport.put(given(), never)
    assert.equal(
      await transport.lookUp({ ...given(), recordedAt: Date.now() + 10_000_000 }, alone, io),
      'not-done'
    )
    Object.assign(axis.documents[0] ?? {}, { createdAt: Number.NEGATIVE_INFINITY })
    assert.equal(await transport.lookUp(given(), alone, io), 'unknown')
  })

  it('has agencies registered that it does not list, and `check` asks whether it lists the one beyond', async (t) => {
    const { axis, open } = await openBoth(t)
    const register = [own, '000.00.93.H03'].map((code) => ({ code, name: 'Sở mẫu' }))
    const transport = await open({ register })
    await transport.check(never)
    assert.deepEqual(
      axis.agencies.map(({ code }) => code),
      [beyond, own, '000.00.93.H03']
    )
    axis.agencies.shift()
    assert.equal((await failure(transport.check(never))).fault, 'document:axisAgencyUnknown')
  })

  it('means by its error codes that credentials are wrong, that a package can never be taken, or later', async (t) => {
    let code = ''
    const interfere = async (_operation: string, response: ServerResponse) => {
      if (code !== '') response.end(JSON.stringify({ status: 'FAIL', ErrorCode: code, ErrorDesc: 'lý do' }))
      return code !== ''
    }
    const { open } = await openBoth(t, { interfere })
    const transport = await open()
    const means = {
      BUS_PEER_CREDENTIALS: ['15'],
      BUS_PEER_REFUSED: ['10', '18', '19', '21', '22', '23'],
      BUS_PEER_FAILED: ['20', '99', 'x']
    }
    for (const [expected, some] of Object.entries(means)) {
      for (code of some) {
        const error = await failure(transport.put(given(), never))
        assert.equal(error.code, expected)
        assert.ok(error.message.includes('lý do'))
      }
    }
    code = ''
    assert.equal((await failure((await open({ secret: 'sai' })).check(never))).code, 'BUS_PEER_CREDENTIALS')
  })

  it('goes on where it lists what has no usable id, or does not give a package', async (t) => {
    const { axis, open, left } = await openBoth(t)
    const packages = opened(await open())
    const [broken, good] = [
      ...axis.add(Buffer.from(smallPackage())),
      ...axis.add(Buffer.from(smallPackage()))
    ]
    Object.assign(broken ?? {}, { docId: 'a\r\nb' })
    assert.deepEqual((await packages.coming()).bytes, good?.file)
    assert.deepEqual(left, ['a\r\nb'])
  })
})

describe('the axis, when it is hostile', () => {
  const answering = (work: (response: ServerResponse) => void, only?: string) => ({
    async interfere(operation: string, response: ServerResponse) {
      if (only !== undefined && operation !== only) return false
      work(response)
      return true
    }
  })

  it('fills no memory with an answer of a gigabyte: a list is refused, a package is at fault', async (t) => {
    const endless = (response: ServerResponse): void => {
      const chunk = Buffer.alloc(1_048_576, 'a')
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"status":"OK","ErrorCode":"0","data":"')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    }
    const { open: openList } = await openBoth(t, answering(endless))
    const from = process.memoryUsage().rss
    const list = await openList()
    assert.equal((await failure(list.next(() => false, never))).fault, 'http:tooLarge')
    const { axis, open } = await openBoth(t, answering(endless, 'getEdoc'))
    const transport = await open()
    axis.add(Buffer.from(smallPackage()))
    const found = await transport.next(() => false, never)
    assert.deepEqual([found?.fault?.fault, found?.bytes.length], ['package-too-large', 0])
    assert.ok(process.memoryUsage().rss - from < 500_000_000)
  })

  it('is not followed to another address, and not asked at a private one unless that is allowed', async (t) => {
    const redirect = (response: ServerResponse): void =>
      void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    const { open } = await openBoth(t, answering(redirect))
    assert.equal((await failure((await open()).check(never))).fault, 'http:redirects')
    const refused = { allowPrivateAddresses: false }
    assert.equal((await failure((await open(refused)).check(never))).fault, 'http:urlRefused')
  })

  it('is told as a failure where it answers with what is none of an axis', async (t) => {
    for (const text of [
      '<html>',
      '[]',
      'null',
      '{"status":"OK"}',
      '{"status":"OK","ErrorCode":"0","data":{}}'
    ]) {
      const { open } = await openBoth(
        t,
        answering((response) => void response.end(text))
      )
      assert.equal((await failure((await open()).next(() => false, never))).code, 'BUS_PEER_FAILED')
    }
  })
})
