import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { FeedFaultName } from '#deploy/outsides/feed-faults.ts'
import { startPortalSite } from '#deploy/outsides/portal-site.ts'
import { dataOf, openPortal, typesOf } from '../fixtures/open.ts'

const silent: readonly FeedFaultName[] = ['hanging', 'stalled', 'trickle']
/** Far more than the host's limits let it take; the machine may be busy. */
const longestMs = 15_000

async function withFault(t: TestContext, fault: FeedFaultName) {
  const opened = await openPortal(t, silent.includes(fault) ? { timeoutMs: 300 } : {})
  opened.site.add({ title: 'Thông báo' })
  opened.site.fault = fault
  return opened
}

describe('portal: a feed that attacks', () => {
  const refused = {
    'endless-feed': 'http:tooLarge',
    'one-gigabyte': 'http:tooLarge',
    'gzip-bomb': 'portal:feedTooLarge',
    'many-elements': 'portal:feedTooComplex',
    deep: 'portal:feedTooComplex',
    redirect: 'http:redirects',
    'redirect-loop': 'http:redirects',
    hanging: 'http:timeout',
    stalled: 'http:timeout',
    trickle: 'http:timeout',
    reset: 'http:unreachable',
    'wrong-length': 'http:unreachable',
    'not-found': 'http:failed',
    'server-error': 'http:failed',
    busy: 'http:failed'
  } as const satisfies Partial<Record<FeedFaultName, string>>

  for (const [fault, name] of Object.entries(refused)) {
    it(`is refused with a reason, in bounded time and memory: ${fault}`, async (t) => {
      const { poll } = await withFault(t, fault as keyof typeof refused)
      const [memory, before] = [process.memoryUsage().rss, performance.now()]
      await assert.rejects(poll(), { fault: name })
      assert.ok(performance.now() - before < longestMs)
      assert.ok(process.memoryUsage().rss - memory < 100_000_000)
    })
  }

  it('goes on where it was once the feed is as it should be', async (t) => {
    const { poll, site } = await withFault(t, 'many-elements')
    await assert.rejects(poll())
    site.fault = undefined
    assert.deepEqual(typesOf(await poll()), ['published'])
  })

  it('expands no entity of its document type, and fetches none', async (t) => {
    for (const fault of ['entity-bomb', 'external-entity'] as const) {
      const { poll, site } = await withFault(t, fault)
      const [item] = await poll()
      assert.ok(JSON.stringify(item).length < 2000, fault)
      assert.doesNotMatch(JSON.stringify(item), /root:/)
      assert.ok(site.requests.every(({ path }) => path === '/rss.xml'))
    }
  })

  it('is read within the limits, or refused, where it has 700,000 references', async (t) => {
    const { poll } = await withFault(t, 'many-references')
    const before = performance.now()
    await poll().catch((error: unknown) => assert.equal(Object(error).fault, 'portal:feedTooComplex'))
    assert.ok(performance.now() - before < longestMs)
  })

  it('is read in bounded time where a title has 200,000 combining marks', async (t) => {
    const { poll } = await withFault(t, 'combining-marks')
    const before = performance.now()
    const [item] = await poll()
    assert.ok(performance.now() - before < longestMs)
    assert.ok(String(dataOf(item).title).length < 60)
  })

  it('brings no script, no frame and no address of another scheme into an event', async (t) => {
    const { poll } = await withFault(t, 'script')
    const found = (await poll()).map(dataOf).find(({ articleId }) => String(articleId).endsWith('/ma-doc'))
    assert.equal(found?.title, 'Bài có mã')
    assert.equal(found?.link, undefined)
    assert.equal(found?.content, '<p>Đọc</p><a>x</a><img src="http://127.0.0.1:9/metadata" />')
    assert.deepEqual(found?.images, [{ url: 'http://127.0.0.1:9/metadata', problem: 'other-host' }])
  })

  it('is not asked for in a private network unless the settings say so', async (t) => {
    const { poll, site } = await openPortal(t, { allowPrivate: false })
    await assert.rejects(poll(), { fault: 'http:urlRefused' })
    assert.equal(site.requests.length, 0)
  })
})

describe('portal: images of an article', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(200)])

  it('become attachments if they are images of the portal; the others are told on the event', async (t) => {
    const other = await startPortalSite()
    t.after(() => other.close())
    const settings = (site: { url: string }) => ({
      feed: { url: `${site.url}/rss.xml` },
      images: { maxBytes: 10_000, maxCount: 5 }
    })
    const { site, poll } = await openPortal(t, { settings })
    site.files.set('/anh/ảnh 1.png'.replaceAll(/[^/]+/g, encodeURIComponent), png)
    site.files.set('/anh/2.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'))
    site.files.set('/anh/3.png', Buffer.concat([png, Buffer.alloc(20_000)]))
    other.files.set('/4.png', png)
    const sources = [
      '/anh/ảnh 1.png',
      '/anh/2.svg',
      '/anh/3.png',
      '/anh/none.png',
      `${other.url}/4.png`,
      '/a.png',
      '/b.png'
    ]
    site.add({ html: sources.map((source) => `<img src="${source}">`).join('') })
    const { images, attachments } = dataOf((await poll())[0])
    assert.deepEqual(
      (images as { problem?: string }[]).map(({ problem }) => problem),
      [undefined, 'not-an-image', 'too-large', 'gone', 'other-host', 'gone', 'too-many']
    )
    assert.deepEqual(
      (attachments as { name: string; mediaType: string }[]).map(({ name, mediaType }) => [name, mediaType]),
      [['ảnh 1.png', 'image/png']]
    )
    assert.equal(other.requests.length, 0)
  })

  it('are fetched from other hosts that the settings name, and not at all where they say so', async (t) => {
    const other = await startPortalSite()
    t.after(() => other.close())
    other.files.set('/4.png', png)
    const problemWith = async (images: object) => {
      const { site, poll } = await openPortal(t, {
        settings: ({ url }) => ({ feed: { url: `${url}/rss.xml` }, images })
      })
      site.add({ html: `<img src="${other.url}/4.png">` })
      return (dataOf((await poll())[0]).images as { problem?: string }[])[0]?.problem
    }
    assert.equal(await problemWith({ hosts: [`127.0.0.1:${other.port}`] }), undefined)
    assert.equal(await problemWith({ fetch: false }), 'off')
  })
})
