import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { startPortalSite } from '#deploy/outsides/portal-site.ts'
import { describeOnWordPress } from '#tests/helpers/servers/wordpress.ts'
import type { ConnectorIo, OutboundEvent } from '../../connector.ts'
import { eventOf } from '../fixtures/events.ts'
import { openPortal, typesOf } from '../fixtures/open.ts'

interface WpPost {
  readonly id: number
  readonly status: string
  readonly title: { readonly raw: string }
  readonly content: { readonly raw: string }
}

const at = (minute: number) => ({ at: `2026-11-26T09:${String(minute).padStart(2, '0')}:00.000Z` })

describeOnWordPress('portal: posts on a real WordPress', (wordpress) => {
  async function open(t: TestContext, changes: object = {}, lent: Partial<ConnectorIo> = {}) {
    const { url, user, password } = wordpress()
    const publish = { articles: {}, documents: { typeNames: ['Quyết định'] }, dossiers: {} }
    const settings = () => ({
      wordpress: { ...{ url, user, publish, read: true }, applicationPassword: password, ...changes }
    })
    const site = await startPortalSite()
    t.after(() => site.close())
    const opened = await openPortal(t, { site, settings })
    const io = { ...opened.io, ...lent }
    const { deliver, lookUp } = opened.definition.outbound ?? {}
    return {
      ...opened,
      io,
      deliver: async (event: OutboundEvent) => deliver?.(opened.session, event, io),
      lookUp: async (event: OutboundEvent) => lookUp?.(opened.session, event, io)
    }
  }

  const posts = async (): Promise<readonly WpPost[]> => {
    const all = await wordpress().rest<WpPost[]>('posts', {
      ...{ status: 'publish,draft', context: 'edit', per_page: '100', orderby: 'id', order: 'asc' }
    })
    return all.filter(({ content }) => content.raw.includes('lienthong'))
  }
  const media = async () =>
    wordpress().rest<{ readonly id: number; readonly source_url: string }[]>('media', { per_page: '100' })
  const clear = async () => {
    for (const { id } of await wordpress().rest<WpPost[]>('posts', { status: 'any', per_page: '100' }))
      await wordpress().php(`wp_delete_post(${id}, true);`)
  }

  it('shows an article, changes it, and takes it away, in step with its events', async (t) => {
    await clear()
    const { deliver, lookUp } = await open(t)
    const hostile = '<p onclick="x()">Nội dung</p><script>alert(1)</script>'
    const published = eventOf('article.published.v1', { content: hostile }, at(0))
    await deliver(published)
    const [post] = await posts()
    assert.equal(post?.title.raw, published.event.data.title)
    assert.match(post?.content.raw ?? '', /^<p>Nội dung<\/p>/)
    assert.doesNotMatch(post?.content.raw ?? '', /script|onclick/)
    assert.equal(await lookUp(published), 'done')
    const updated = eventOf('article.updated.v1', { title: 'Thông báo (sửa)' }, at(1))
    assert.equal(await lookUp(updated), 'not-done')
    await deliver(updated)
    await deliver(updated)
    assert.deepEqual(
      (await posts()).map(({ title }) => title.raw),
      ['Thông báo (sửa)']
    )
    await deliver(published) // An older one that comes late changes nothing.
    assert.deepEqual(
      (await posts()).map(({ title }) => title.raw),
      ['Thông báo (sửa)']
    )
    await deliver(eventOf('article.withdrawn.v1', {}, at(2)))
    assert.deepEqual(await posts(), [])
  })

  it('run nothing that stands in a title, a summary, a name of a file or square brackets', async (t) => {
    await clear()
    const { deliver } = await open(t)
    const text = '<script>alert(1)</script> & <img src=x onerror=alert(1)> [gallery]'
    const content = `<p>[caption]x[/caption] ${text}</p>`
    await deliver(eventOf('article.published.v1', { title: text, summary: text, content }, at(0)))
    const document = { documentTypeName: 'Quyết định', title: text, codeNotation: '<b>[x]' }
    await deliver(eventOf('document.issued.v1', document, { ...at(1), subject: 'van-ban-1' }))
    const shown = await wordpress().rest<
      readonly Readonly<Record<'title' | 'excerpt' | 'content', { readonly rendered: string }>>[]
    >('posts', { per_page: '100' })
    assert.equal(shown.length, 2)
    for (const { title, excerpt, content: body } of shown) {
      const all = [title, excerpt, body].map(({ rendered }) => rendered).join('')
      assert.doesNotMatch(all, /<script|<img src=x|onerror=alert\(1\)>|<b>|<figure/)
    }
    assert.ok(shown.some(({ title }) => title.rendered.includes('&lt;script&gt;')))
    assert.ok(shown.every(({ content: body }) => /\[|&#0?91;/.test(body.rendered)))
  })

  it('does not give back what it posted, by the REST interface or by a feed of summaries', async (t) => {
    await clear()
    const { deliver, poll } = await open(t)
    await deliver(eventOf('article.published.v1', {}, at(0)))
    assert.equal((await posts()).length, 1)
    assert.deepEqual(typesOf(await poll()), [])
    await wordpress().php('update_option("rss_use_excerpt", 1);')
    const { url, user, password } = wordpress()
    const feed = await openPortal(t, {
      settings: () => ({
        feed: { url: `${url}/?feed=rss2` },
        wordpress: { url, user, applicationPassword: password, publish: { articles: {} } }
      })
    })
    const delivered = await feed.definition.outbound?.deliver?.(
      ...([feed.session, eventOf('article.updated.v1', {}, at(1)), feed.io] as const)
    )
    feed.keep(delivered?.marks)
    assert.deepEqual(typesOf(await feed.poll()), [])
  })

  it('is found again after a crash at any point, and is one post with one copy of its file', async (t) => {
    await clear()
    const pdf = Buffer.from('%PDF-1.4\n%%EOF\n')
    const { deliver, io } = await open(t)
    const file = await io.attach('Quyết định 12.pdf', 'application/pdf', pdf)
    const issued = eventOf(
      'document.issued.v1',
      { documentTypeName: 'Quyết định', attachments: [file] },
      at(0)
    )
    const requests = async (limit: number) => {
      let left = limit
      const fetch: ConnectorIo['fetch'] = (input, init) => {
        if (left === 0) throw new TypeError('killed')
        left -= 1
        return io.fetch(input, init)
      }
      const cut = await open(t, {}, { fetch, attachment: io.attachment })
      await cut.deliver(issued).catch((error: unknown) => assert.match(String(error), /killed/))
      return left
    }
    for (let limit = 1; limit < 9; limit += 1) await requests(limit)
    await deliver(issued)
    const [post, ...others] = await posts()
    assert.equal(others.length, 0)
    assert.equal(post?.status, 'publish')
    const [copy, ...copies] = await media()
    assert.equal(copies.length, 0)
    assert.ok(post?.content.raw.includes(copy?.source_url ?? '-'))
    const stored = await wordpress().php(`echo file_get_contents(get_attached_file(${copy?.id}));`)
    assert.equal(stored, pdf.toString())
    await deliver(eventOf('document.recalled.v1', {}, at(1)))
    assert.deepEqual([await posts(), await media()], [[], []])
  })

  it('posts only documents of the types that the settings name', async (t) => {
    await clear()
    const { deliver, lookUp } = await open(t)
    const internal = eventOf('document.issued.v1', { documentTypeName: 'Công văn' }, at(0))
    await deliver(internal)
    assert.equal((await posts()).length, 0)
    await deliver(eventOf('document.issued.v1', { documentTypeName: 'quyết định', attachments: [] }, at(1)))
    assert.equal((await posts()).length, 1)
    await deliver(eventOf('document.updated.v1', { documentTypeName: 'Công văn' }, at(2)))
    assert.equal((await posts()).length, 0)
    assert.ok(await lookUp(internal))
  })

  it('shows the status of a dossier in one post, and no personal data', async (t) => {
    await clear()
    const of = { subject: 'H03-1', ...at(0) }
    const received = eventOf(
      'dossier.received.v1',
      { applicantName: 'Người Nộp Mẫu', phone: '0900000000' },
      of
    )
    const changed = eventOf(
      'dossier.status-changed.v1',
      { status: '4', content: 'Ghi chú nội bộ' },
      { ...of, ...at(1) }
    )
    const completed = eventOf('dossier.completed.v1', { result: 'Kết quả mẫu' }, { ...of, ...at(2) })
    const all = [received, changed, completed]
    for (const [index, event] of all.entries()) {
      const { deliver } = await open(
        t,
        {},
        { given: async () => all.slice(0, index + 1).map((one) => one.event) }
      )
      await deliver(event)
    }
    const [post, ...others] = await posts()
    assert.equal(others.length, 0)
    const text = `${post?.title.raw} ${post?.content.raw}`
    assert.match(text, /Hồ sơ H03-1.*Đã trả kết quả.*Ngày hẹn trả/s)
    assert.doesNotMatch(text, /Người Nộp|0900000000|Ghi chú|Kết quả mẫu/)
  })

  it('pauses for wrong credentials and for missing rights', async (t) => {
    const wrong = await open(t, { applicationPassword: 'wrong' })
    await assert.rejects(wrong.deliver(eventOf('article.published.v1')), { code: 'BUS_PEER_CREDENTIALS' })
    const password = await wordpress().php(
      'echo WP_Application_Passwords::create_new_application_password(wp_create_user("reader", "x", "r@example.vn"), ["name" => "r"])[0];'
    )
    const reader = await open(t, { user: 'reader', applicationPassword: password })
    await assert.rejects(reader.deliver(eventOf('article.published.v1')), { code: 'BUS_PEER_CREDENTIALS' })
  })
})
