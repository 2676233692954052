import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createLimitedFetch } from '#connectors/host/limited-fetch.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { settingsWith } from '../fixtures/reading.ts'
import { dossier } from '../fixtures/records.ts'
import oneStop from '../index.ts'

const maxAnswerBytes = 1_048_576
/** Far more than the limits let it take; the machine may be busy. */
const longestMs = 15_000
const json = { 'content-type': 'application/json' }

/** A system that lets everybody in, and then answers as it is told. */
async function openAttacked(t: TestContext, answer: (response: ServerResponse) => void, more: object = {}) {
  const server = createServer((request, response) => {
    request.resume()
    response.on('error', () => {}) // Whoever has read enough hangs up.
    if (request.url === '/login') response.writeHead(200, json).end('{"error_code":0,"session":"s"}')
    else answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const network = { allowPlainHttp: true, allowPrivateAddresses: true, timeoutMs: 1000, maxAnswerBytes }
  const limits = createLimitedFetch(network)
  t.after(limits.close)
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = settingsWith({ client: { baseUrl, user: 'truc', password: 'mat khau' }, ...more })
  const io = lendIo({ fetch: limits.fetchWithin(t.signal) })
  const session = await oneStop.connect(settings, io)
  t.after(() => session.close())
  return async () => {
    const polled = await oneStop.forSettings?.(settings).inbound?.poll(session, undefined, io)
    return polled?.items ?? []
  }
}

const respond = (text: string) => (response: ServerResponse) => void response.writeHead(200, json).end(text)
const result = (...records: readonly unknown[]) => respond(JSON.stringify({ error_code: 0, result: records }))

describe('one-stop: a system that attacks whoever asks it', () => {
  const refused: Readonly<
    Record<string, readonly [fault: string, answer: (response: ServerResponse) => void]>
  > = {
    'an answer without end': [
      'http:tooLarge',
      (response) => {
        response.writeHead(200, json)
        const more = (): void => void response.write(Buffer.alloc(65_536, ' '), (error) => error ?? more())
        more()
      }
    ],
    'a gigabyte, announced': [
      'http:tooLarge',
      (response) => void response.writeHead(200, { ...json, 'content-length': String(2 ** 30) }).write('{')
    ],
    'a gzip bomb': [
      'http:compressed',
      (response) =>
        void response
          .writeHead(200, { ...json, 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(50_000_000)))
    ],
    'a redirect to the address of a cloud': [
      'http:redirects',
      (response) => void response.writeHead(307, { location: 'http://169.254.169.254/latest/' }).end()
    ],
    'an answer that drips': [
      'http:timeout',
      (response) => {
        response.writeHead(200, json)
        const drip = setInterval(() => response.write(' '), 100)
        response.on('close', () => clearInterval(drip))
      }
    ],
    'XML with a billion laughs': [
      'one-stop:unreadable',
      respond('<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>')
    ],
    'depth 100,000': ['one-stop:unreadable', respond(`{"error_code":0,"result":${'['.repeat(100_000)}`)],
    'a member twice': ['one-stop:unreadable', respond('{"error_code":1,"error_code":0,"result":[]}')],
    'no error_code': ['one-stop:unreadable', respond('{"result":[]}')]
  }
  for (const [what, [fault, answer]] of Object.entries(refused)) {
    it(`is told with its reason, in bounded time and memory: ${what}`, async (t) => {
      const poll = await openAttacked(t, answer)
      const [memory, before] = [process.memoryUsage().rss, performance.now()]
      await assert.rejects(poll(), { fault })
      assert.ok(performance.now() - before < longestMs)
      assert.ok(process.memoryUsage().rss - memory < 100_000_000)
    })
  }

  it('has its bad records quarantined one by one, and the good ones taken', async (t) => {
    const bad = {
      'one-stop:dateMalformed': { ...dossier, NgayTiepNhan: '00010101000000' },
      'one-stop:tooManyEntries': {
        ...dossier,
        TaiLieuNop: Array.from({ length: 10_000 }, () => ({ IsDeleted: '0' }))
      },
      'one-stop:codeOfOtherAgency': { ...dossier, MaHoSo: '000.00.92.H03-261122-0001' },
      'one-stop:recordMalformed': 1
    }
    const poll = await openAttacked(t, result(...Object.values(bad), dossier))
    const items = await poll()
    assert.deepEqual(
      items.flatMap((item) => ('fault' in item ? [item.fault.fault] : [])).sort(),
      Object.keys(bad).sort()
    )
    assert.equal(items.filter((item) => 'event' in item).length, 1)
  })

  it('has a zip bomb behind a link kept as the file that it is: nothing is unpacked', async (t) => {
    const bomb = gzipSync(Buffer.alloc(200_000_000))
    const zip = Buffer.concat([Buffer.from('504b0304', 'hex'), bomb])
    const files = createServer((_request, response) => void response.end(zip))
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    t.after(() => files.close())
    const link = `http://127.0.0.1:${(files.address() as AddressInfo).port}/a.docx`
    const papers = { ...dossier, TaiLieuNop: [{ DuongDanTaiTepTin: link, TenTepDinhKem: 'a.docx' }] }
    const local = { files: { allowPlainHttp: true, allowPrivateAddresses: true } }
    const poll = await openAttacked(t, result(papers), local)
    const memory = process.memoryUsage().rss
    const [item] = await poll()
    assert.ok(item && 'event' in item)
    assert.equal(Object(item.event.data.attachments)[0]?.size, zip.length)
    assert.ok(process.memoryUsage().rss - memory < 100_000_000)
  })
})
