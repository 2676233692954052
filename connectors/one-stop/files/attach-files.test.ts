import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { settingsWith } from '../fixtures/reading.ts'
import { createAttachFiles, type WithFiles } from './attach-files.ts'
import { createFileClient } from './file-client.ts'

const pdf = Buffer.from('%PDF-1.7 mẫu')

async function serve(t: TestContext): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    if (url.startsWith('/gone')) return response.writeHead(404).end()
    if (url.startsWith('/moved'))
      return response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    if (url.startsWith('/broken')) return response.writeHead(500).end()
    if (url.startsWith('/page')) return response.end('<html><script>alert(1)</script></html>')
    if (url.startsWith('/endless')) return response.end(Buffer.alloc(200_000, '%PDF-'))
    if (url.startsWith('/silent')) return undefined
    return response.end(pdf)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const local = { allowPlainHttp: true, allowPrivateAddresses: true, maxBytes: 100_000, timeoutMs: 20_000 }

async function attached(
  t: TestContext,
  data: JsonObject,
  files: object = local,
  deadlineMs = 60_000
): Promise<WithFiles> {
  const settings = settingsWith({ files }).files
  const client = createFileClient(settings)
  t.after(() => client.close())
  const deadline = performance.now() + deadlineMs
  return createAttachFiles({ settings, client, io: lendIo(), deadline })(data)
}

describe('one-stop: files behind links', () => {
  it('become attachments of papers, supplements and results, each once, under their names', async (t) => {
    const { url, asked } = await serve(t)
    const { data, attachments } = await attached(t, {
      papers: [
        { fileName: 'đơn.pdf', link: `${url}/a?id=1` },
        { fileName: 'đơn.pdf', link: `${url}/a?id=1` },
        { fileName: 'cũ.pdf', link: `${url}/b`, deleted: 'True' },
        { fileName: 'không có tệp' }
      ],
      supplements: [{ papers: [{ name: '../x', link: `${url}/b%C3%A1o%20c%C3%A1o.pdf` }] }],
      results: [{ name: 'Giấy phép', link: `${url}/c` }]
    })
    const { sha256 = '' } = attachments[0] ?? {}
    assert.equal(asked.length, 3)
    assert.equal(attachments.length, 1)
    assert.deepEqual(
      (data.papers as readonly JsonObject[]).map((paper) => paper.sha256),
      [sha256, sha256, undefined, undefined]
    )
    assert.deepEqual(Object(data).supplements[0].papers[0].sha256, sha256)
    assert.deepEqual(Object(data).results[0].sha256, sha256)
  })

  it('that cannot be attached are reported on the event, each with its reason', async (t) => {
    const { url } = await serve(t)
    const links = {
      [`${url}/gone`]: 'GONE',
      [`${url}/moved`]: 'UNREACHABLE',
      [`${url}/broken`]: 'UNREACHABLE',
      [`${url}/page`]: 'TYPE_REFUSED',
      [`${url}/endless`]: 'TOO_LARGE',
      'http://169.254.169.254/latest/meta-data': 'ADDRESS_REFUSED',
      'http://2852039166/': 'ADDRESS_REFUSED',
      'http://[::ffff:169.254.169.254]/': 'ADDRESS_REFUSED',
      'http://user:pass@127.0.0.1/': 'ADDRESS_REFUSED',
      'file:///etc/passwd': 'ADDRESS_REFUSED',
      'không phải liên kết': 'ADDRESS_REFUSED'
    }
    const { data, attachments } = await attached(t, { papers: Object.keys(links).map((link) => ({ link })) })
    const found = (data.papers as readonly JsonObject[]).map(({ link, problem }) => [link, problem])
    assert.deepEqual(Object.fromEntries(found), links)
    assert.deepEqual(attachments, [])
  })

  it('that do not come in time are reported, too', async (t) => {
    const { url } = await serve(t)
    const { data } = await attached(t, { papers: [{ link: `${url}/silent` }] }, { ...local, timeoutMs: 300 })
    assert.deepEqual(data.papers, [{ link: `${url}/silent`, problem: 'UNREACHABLE' }])
  })

  it('in private networks, or without TLS, are not asked for unless the settings allow it', async (t) => {
    const { url, asked } = await serve(t)
    const papers = [
      { link: `${url}/a` },
      { link: url.replace('127.0.0.1', 'localhost').replace('http', 'https') }
    ]
    const { data } = await attached(t, { papers }, {})
    assert.deepEqual(
      (data.papers as readonly JsonObject[]).map(({ problem }) => problem),
      ['ADDRESS_REFUSED', 'ADDRESS_REFUSED']
    )
    assert.deepEqual(asked, [])
  })

  it('are fetched within a limit of bytes and of time for all of them', async (t) => {
    const { url } = await serve(t)
    const papers = Array.from({ length: 12 }, (_, index) => ({ link: `${url}/${index}` }))
    const few = await attached(t, { papers }, { ...local, maxTotalBytes: 1024, maxBytes: 1024 })
    const fetched = (few.data.papers as readonly JsonObject[]).filter(({ sha256 }) => sha256 !== undefined)
    assert.equal(fetched.length, 12)
    const late = await attached(t, { papers }, local, -1)
    assert.ok((late.data.papers as readonly JsonObject[]).every(({ problem }) => problem === 'NOT_FETCHED'))
  })

  it('stay links where the settings say so', async (t) => {
    const papers = [{ link: 'http://a.example/b' }]
    assert.deepEqual(await attached(t, { papers }, { fetch: false }), { data: { papers }, attachments: [] })
  })
})
