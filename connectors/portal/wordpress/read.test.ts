import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { startPortalSite } from '#deploy/outsides/portal-site.ts'
import type { WordPress } from '#deploy/servers/wordpress.ts'
import { describeOnWordPress } from '#tests/helpers/servers/wordpress.ts'
import { dataOf, openPortal, typesOf } from '../fixtures/open.ts'

async function openOn(t: TestContext, { url, port }: WordPress, changes: object = {}) {
  const site = await startPortalSite()
  t.after(() => site.close())
  const settings = () => ({
    wordpress: { url, read: true },
    images: { hosts: [`127.0.0.1:${port}`] },
    ...changes
  })
  return await openPortal(t, { site, settings })
}

interface Post {
  readonly id: number
}

describeOnWordPress('portal: a real WordPress', (wordpress) => {
  const post = (title: string, more: object = {}) =>
    wordpress().rest<Post>(
      'posts',
      {},
      { title, content: `<p>Nội dung: ${title}</p>`, status: 'publish', ...more }
    )

  it('gives its posts as events: new, edited, trashed and published again', async (t) => {
    const { poll } = await openOn(t, wordpress())
    await poll()
    const { id } = await post('Thông báo nghỉ lễ & lịch trực', { excerpt: 'Lịch nghỉ' })
    const [first] = await poll()
    const data = dataOf(first)
    assert.deepEqual([data.title, data.summary], ['Thông báo nghỉ lễ & lịch trực', 'Lịch nghỉ'])
    assert.deepEqual([data.authors, data.categories], [['admin'], ['Uncategorized']])
    assert.match(String(data.publishedAt), /^\d{4}-\d{2}-\d{2}T/)
    assert.deepEqual(await poll(), [])
    await wordpress().rest(`posts/${id}`, {}, { title: 'Thông báo nghỉ lễ (sửa)' })
    const edited = await poll()
    assert.deepEqual(typesOf(edited), ['updated'])
    assert.equal(dataOf(edited[0]).articleId, data.articleId)
    await wordpress().rest(`posts/${id}`, {}, { status: 'draft' })
    assert.deepEqual(await poll(), [])
    const withdrawn = await poll()
    assert.deepEqual(typesOf(withdrawn), ['withdrawn'])
    assert.equal(dataOf(withdrawn[0]).reason, 'UNPUBLISHED')
    await wordpress().rest(`posts/${id}`, {}, { status: 'publish' })
    assert.deepEqual(typesOf(await poll()), ['published'])
    await wordpress().rest(`posts/${id}`, {}, { password: 'noi-bo' })
    assert.deepEqual(await poll(), [])
    assert.deepEqual(typesOf(await poll()), ['withdrawn'])
  })

  it('gives more posts of one second than a page has, each once', async (t) => {
    const { poll } = await openOn(t, wordpress())
    await poll()
    await wordpress().php(
      'for ($n = 0; $n < 25; $n++) wp_insert_post(["post_title" => "Nhập $n", "post_content" => "x", "post_status" => "publish"]);' +
        "global $wpdb; $wpdb->query(\"update wp_posts set post_modified_gmt = '2099-01-01 00:00:00', post_modified = '2099-01-01 00:00:00' where post_title like 'Nhập%'\");"
    )
    const titles = (await poll()).map((item) => dataOf(item).title)
    assert.equal(titles.length, 25)
    assert.equal(new Set(titles).size, 25)
    assert.deepEqual(await poll(), [])
    await wordpress().php(
      'global $wpdb; $wpdb->query("delete from wp_posts where post_title like \'Nhập%\'");'
    )
  })

  it('gives a scheduled post once it is published, although it was changed long before', async (t) => {
    await wordpress().php('update_option("timezone_string", "Asia/Ho_Chi_Minh");')
    const { poll } = await openOn(t, wordpress())
    const later = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)
    const { id } = await post('Bài hẹn giờ', { date_gmt: later, status: 'future' })
    await poll()
    const local = 'date_add(utc_timestamp(), interval 7 hour)'
    const changed = "post_modified = '2026-01-01 07:00:00', post_modified_gmt = '2026-01-01 00:00:00'"
    await wordpress().php(
      `global $wpdb; $wpdb->query("update wp_posts set post_date = ${local}, post_date_gmt = utc_timestamp(), ${changed} where ID = ${id}"); clean_post_cache(${id}); wp_publish_post(${id});`
    )
    const [item] = await poll()
    assert.equal(dataOf(item).title, 'Bài hẹn giờ')
    assert.ok(Math.abs(Date.parse(String(dataOf(item).publishedAt)) - Date.now()) < 600_000) // In UTC.
    assert.deepEqual(await poll(), [])
  })

  it('gives the same articles by its feed and by its REST interface', async (t) => {
    await post('Bài đọc hai cách')
    const byRest = (await (await openOn(t, wordpress())).poll()).map(dataOf)
    const { url } = wordpress()
    const settings = () => ({ feed: { url: `${url}/?feed=rss2` } })
    const byFeed = (await (await openPortal(t, { settings })).poll()).map(dataOf)
    const idOf = (all: typeof byRest) => all.find(({ title }) => title === 'Bài đọc hai cách')?.articleId
    assert.ok(idOf(byRest))
    assert.equal(idOf(byFeed), idOf(byRest))
  })

  it('takes nothing for withdrawn while it is slow to answer', async (t) => {
    const { poll } = await openOn(t, wordpress())
    assert.ok((await poll()).length > 0)
    wordpress().freeze()
    t.after(() => wordpress().thaw())
    const { poll: impatient } = await openPortal(t, {
      timeoutMs: 300,
      settings: () => ({ wordpress: { url: wordpress().url, read: true } })
    })
    await assert.rejects(impatient(), { fault: 'http:timeout' })
    wordpress().thaw()
    assert.deepEqual(await poll(), [])
  })
})
