import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InboundItem } from '../../connector.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { dataOf, openPortal, typesOf } from '../fixtures/open.ts'

const idsOf = (items: readonly InboundItem[]) => items.map((item) => dataOf(item).articleId)

describe('portal: a feed', () => {
  it('becomes events, the oldest article first, and each article once', async (t) => {
    const { site, poll, forgetCursor } = await openPortal(t)
    for (let n = 0; n < 45; n += 1) site.add()
    const items = await poll()
    assert.equal(items.length, 45)
    assert.equal(dataOf(items[0]).title, 'Thông báo số 1')
    assert.equal(dataOf(items[0]).portalTitle, 'Cổng thông tin điện tử xã Hoà Bình')
    assert.deepEqual(await poll(), [])
    site.add()
    assert.deepEqual(typesOf(await poll()), ['published'])
    forgetCursor()
    assert.deepEqual(await poll(), [])
  })

  it('whose oldest articles cannot be used gives the others at once', async (t) => {
    const { site, poll } = await openPortal(t)
    site.shown = 200
    for (let n = 0; n < 120; n += 1) site.add({ title: '', html: '' })
    site.add()
    const types = typesOf(await poll())
    assert.deepEqual([types.length, types.at(-1)], [121, 'published'])
  })

  it('is asked for conditionally, and not read again while it is the same', async (t) => {
    const { site, poll } = await openPortal(t)
    site.add()
    await poll()
    await poll()
    const { headers } = site.requests.filter(({ path }) => path === '/rss.xml').at(-1) ?? {}
    assert.match(headers?.['if-none-match'] ?? '', /^"/)
    assert.ok(headers?.['if-modified-since'])
    site.add()
    assert.equal((await poll()).length, 1)
  })

  it('gives an edited article as an update with a revision, also when it is changed back', async (t) => {
    const { site, poll } = await openPortal(t)
    const { id, html } = site.add()
    const [first] = await poll()
    site.change(id, { html: '<p>Nội dung đã sửa.</p>' })
    const [second] = await poll()
    site.change(id, { html })
    const [third] = await poll()
    assert.deepEqual(typesOf([first, second, third].flatMap((one) => one ?? [])), [
      'published',
      'updated',
      'updated'
    ])
    assert.deepEqual([dataOf(second).revision, dataOf(third).revision], [2, 3])
    assert.equal(dataOf(second).articleId, dataOf(first).articleId)
    assert.equal(new Set([first, second, third].map((one) => one?.reference)).size, 3)
  })

  it('that reorders, repeats, moves its host or renames its ids makes no second event', async (t) => {
    const { site, poll } = await openPortal(t)
    for (let n = 0; n < 5; n += 1) site.add()
    assert.equal((await poll()).length, 5)
    const [first] = site.articles
    site.articles.reverse()
    if (first) site.articles.push(first)
    assert.deepEqual(await poll(), [])
    site.style = { ...site.style, origin: 'https://moi.example.vn' }
    assert.deepEqual(await poll(), [])
    site.style = { ...site.style, ids: 'number' }
    assert.deepEqual(await poll(), [])
    site.style = { ...site.style, ids: 'none', date: () => 'hôm qua' }
    assert.deepEqual(await poll(), [])
    site.fault = 'always-new'
    assert.deepEqual(await poll(), [])
  })

  it('that moves its articles and keeps their ids makes no second event', async (t) => {
    const { site, poll } = await openPortal(t)
    site.style = { ...site.style, ids: 'number' }
    for (let n = 0; n < 3; n += 1) site.add()
    assert.equal((await poll()).length, 3)
    for (const { id, path } of site.articles) site.change(id, { path: path.replace('.html', '.aspx') })
    assert.deepEqual(await poll(), [])
  })

  it('whose ids are all the same is read by its addresses', async (t) => {
    const { site, poll } = await openPortal(t)
    site.style = { ...site.style, ids: 'same' }
    for (let n = 0; n < 3; n += 1) site.add()
    assert.equal(new Set(idsOf(await poll())).size, 3)
    site.add()
    assert.equal((await poll()).length, 1)
  })

  it('begins where the settings say', async (t) => {
    const startAt = Date.parse('2026-11-01T00:00:00Z')
    const { site, poll } = await openPortal(t, { startAt, now: () => Date.parse('2026-11-26T00:00:00Z') })
    site.add({ publishedAt: new Date('2026-10-01T00:00:00Z'), modifiedAt: new Date('2026-10-01T00:00:00Z') })
    site.add({ publishedAt: new Date('2026-11-02T00:00:00Z') })
    assert.deepEqual(idsOf(await poll()), [`127.0.0.1:${site.port}/tin-tuc/thong-bao-2.html`])
    site.add({ publishedAt: new Date('2026-11-03T00:00:00Z') })
    assert.equal((await poll()).length, 1)
  })

  it('that began now gives what is new in it, whatever its date, and an article that was corrected', async (t) => {
    const startAt = Date.parse('2026-11-26T03:00:00Z')
    const { site, poll } = await openPortal(t, { startAt, now: () => startAt + 60_000 })
    site.style = { ...site.style, ids: 'number' }
    const old = {
      publishedAt: new Date('2026-11-25T17:00:00Z'),
      modifiedAt: new Date('2026-11-25T17:00:00Z')
    }
    for (let n = 0; n < 3; n += 1) site.add(old)
    assert.deepEqual(await poll(), [])
    site.add(old) // A date without a time is midnight.
    assert.deepEqual(typesOf(await poll()), ['published'])
    const { id } = site.add({ title: 'x'.repeat(1200) })
    assert.deepEqual(typesOf(await poll()), ['fault'])
    site.change(id, { title: 'Tiêu đề ngắn' })
    assert.deepEqual(typesOf(await poll()), ['published'])
    assert.deepEqual(await poll(), [])
  })

  it('that is never written to its end is read from its second poll on as any other', async (t) => {
    const startAt = Date.parse('2026-11-26T03:00:00Z')
    const { site, poll } = await openPortal(t, { startAt, now: () => startAt + 60_000 })
    site.style = { ...site.style, ids: 'number', date: () => 'hôm qua' }
    site.fault = 'never-closed'
    for (let n = 0; n < 3; n += 1) site.add()
    assert.deepEqual([...(await poll()), ...(await poll())], [])
    site.add()
    assert.deepEqual(typesOf(await poll()), ['published'])
  })

  it('quarantines an article that cannot be used, and the others go on', async (t) => {
    const { site, poll } = await openPortal(t)
    site.style = { ...site.style, ids: 'number' }
    site.add()
    site.add({ title: '', html: '', path: '' })
    site.add({ html: 'x'.repeat(5_100_000) })
    const found = await openPortal(t, {
      site,
      compute: lendIo().compute,
      settings: () => ({ feed: { url: `${site.url}/rss.xml`, maxBytes: 16_777_216 } })
    })
    assert.deepEqual(typesOf(await found.poll()).toSorted(), ['fault', 'fault', 'published'])
    await assert.rejects(poll(), { fault: 'portal:feedTooLarge' })
  })

  it('puts a text that is too long for an event into an attachment', async (t) => {
    const { site, poll } = await openPortal(t)
    site.add({ html: `<p>${'Nội dung dài. '.repeat(20_000)}</p>` })
    const data = dataOf((await poll())[0])
    const [file] = data.attachments as { readonly name: string; readonly sha256: string }[]
    assert.equal(file?.name, 'noi-dung.html')
    assert.deepEqual([data.content, data.contentFile], [undefined, file?.sha256])
  })

  it('is read in windows-1258, named or not', async (t) => {
    for (const fault of ['windows-1258', 'undeclared-1258'] as const) {
      const { site, poll } = await openPortal(t)
      site.fault = fault
      site.add({ title: 'Uỷ ban nhân dân xã Hoà Bình thông báo về việc nghỉ lễ' })
      const data = dataOf((await poll())[0])
      assert.equal(data.title, 'Uỷ ban nhân dân xã Hoà Bình thông báo về việc nghỉ lễ', fault)
      assert.equal(data.portalTitle, 'Cổng thông tin điện tử xã Hoà Bình')
    }
  })

  it('tells what is wrong with a feed that it reads all the same', async (t) => {
    const { site, poll, warnings } = await openPortal(t)
    site.add({ title: 'Khoa học & Công nghệ' })
    for (const fault of ['leading-warning', 'byte-order-mark', 'not-well-formed', 'compressed'] as const) {
      site.fault = fault
      await poll()
    }
    assert.match(warnings.join('\n'), /leading-text/)
    assert.match(warnings.join('\n'), /bare-ampersand, unclosed, undeclared-prefix/)
  })
})

describe('portal: an article that disappears', () => {
  it('is withdrawn once its address says twice that there is nothing', async (t) => {
    const { site, poll } = await openPortal(t)
    for (let n = 0; n < 3; n += 1) site.add()
    const items = await poll()
    site.remove(2)
    assert.deepEqual(await poll(), [])
    const [withdrawn] = await poll()
    assert.deepEqual(typesOf(withdrawn ? [withdrawn] : []), ['withdrawn'])
    assert.equal(dataOf(withdrawn).articleId, dataOf(items[1]).articleId)
    assert.equal(dataOf(withdrawn).reason, 'GONE')
    assert.deepEqual(await poll(), [])
    site.add({ id: 2, path: '/tin-tuc/thong-bao-2.html', title: 'Thông báo số 2' })
    assert.deepEqual(typesOf(await poll()), ['published'])
  })

  it('is not withdrawn if it has only left the feed, or the settings say so', async (t) => {
    const { site, poll } = await openPortal(t)
    for (let n = 0; n < 5; n += 1) site.add()
    await poll()
    site.shown = 3
    site.add()
    for (let n = 0; n < 3; n += 1) assert.ok(!typesOf(await poll()).includes('withdrawn'))
    const settings = () => ({ feed: { url: `${site.url}/rss.xml` }, withdrawals: false })
    site.shown = 50
    const second = await openPortal(t, { site, settings })
    await second.poll()
    site.remove(5)
    for (let n = 0; n < 3; n += 1) assert.deepEqual(await second.poll(), [])
  })

  it('is withdrawn at once if the feed says that it is deleted', async (t) => {
    const { site, poll } = await openPortal(t)
    site.style = { ...site.style, format: 'atom', ids: 'number' }
    const { id } = site.add()
    site.add()
    await poll()
    site.remove(id)
    site.style = { ...site.style, deleted: [id] }
    const [withdrawn] = await poll()
    assert.equal(dataOf(withdrawn).reason, 'DELETED')
  })

  it('is not withdrawn because the portal is away, under repair, empty or cut off', async (t) => {
    const { site, poll } = await openPortal(t)
    for (let n = 0; n < 4; n += 1) site.add()
    assert.equal((await poll()).length, 4)
    const failing = { maintenance: 'notAFeed', empty: 'feedEmpty', 'front-page': 'notAFeed' } as const
    for (const [fault, name] of Object.entries(failing)) {
      site.fault = fault as keyof typeof failing
      await assert.rejects(poll(), { fault: `portal:${name}` })
    }
    for (const fault of ['no-articles', 'cut-off'] as const) {
      site.fault = fault
      for (let n = 0; n < 3; n += 1) assert.deepEqual(await poll(), [], fault)
    }
    site.fault = undefined
    site.add()
    assert.deepEqual(typesOf(await poll()), ['published'])
  })
})
