import type { EventDraft } from '#client/new-event.ts'
import { type PortalSite, startPortalSite } from '#deploy/outsides/portal-site.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startWordPress, type WordPress } from '#deploy/servers/wordpress.ts'
import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { wordpressFolder } from '#tests/helpers/servers/installed.ts'
import { missingServers } from '#tests/helpers/servers/needs.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, median, type Sample, type Sides } from '../rounds.ts'
import { type KindScene, openKindScene } from './kind-scene.ts'

const keys = ['portal-feed-in', 'portal-wordpress-in', 'portal-wordpress-out'] as const
type Key = (typeof keys)[number]
const [, posting] = recipientCodes
/** Articles of a feed, all of them new. */
const feedSize = 50
const inFlight = 8
/** Feeds, posts that are read and posts that are made in a round, per second of its duration. */
const perSecond = { feeds: 10, read: 200, made: 20 }

/** How fast articles come from web portals, and go to WordPress with MariaDB. */
export async function portalRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds, seconds, tell } = options
  const missing = missingServers('wordpress')
  const wanted = keys.filter(
    (key) => rows.includes(key) && (missing === undefined || key === 'portal-feed-in')
  )
  const left = keys.filter((key) => rows.includes(key) && !wanted.includes(key))
  if (left.length > 0) tell(`not run: ${left.join(', ')} (${missing})`)
  if (wanted.length === 0) return []
  const cleanups = collectCleanups()
  try {
    const site = await startPortalSite()
    cleanups.after(() => site.close())
    const wordpress = missing === undefined ? await startWordPress(cleanups, wordpressFolder) : undefined
    const scene = await openKindScene(instancesOf(site, wordpress), ['article.published.v1'])
    cleanups.after(() => scene.end())
    const sides: Partial<Record<Key, Sides>> = {
      'portal-feed-in': feedSides(scene, site, Math.ceil(seconds * perSecond.feeds)),
      ...(wordpress && wordPressSides(scene, wordpress, seconds))
    }
    const measured: Measured[] = []
    for (const key of wanted) {
      const both = sides[key]
      if (both) measured.push(reported(options, { key, ...compare(await interleaved(both, rounds)) }))
    }
    return measured
  } finally {
    await cleanups.end()
  }
}

function instancesOf(site: PortalSite, wordpress: WordPress | undefined) {
  const network = { allowPlainHttp: true, allowPrivateAddresses: true }
  const common = { kind: 'portal', changes: { network, maxInFlight: inFlight } }
  const feed = { url: `${site.url}/rss.xml` }
  const access = wordpress && {
    ...{ url: wordpress.url, user: wordpress.user, applicationPassword: wordpress.password }
  }
  return [
    { ...common, name: 'feed', code: senderCode, settings: { feed } },
    ...(access
      ? [
          { ...common, name: 'reads', code: senderCode, settings: { wordpress: { ...access, read: true } } },
          {
            ...common,
            ...{ name: 'posts', code: posting },
            settings: { wordpress: { ...access, publish: { articles: {} } } }
          }
        ]
      : [])
  ]
}

function feedSides(scene: KindScene, site: PortalSite, feeds: number): Sides {
  return {
    async ours() {
      const samples: Sample[] = []
      while (samples.length < feeds) {
        const before = site.requests.length
        for (let added = 0; added < feedSize; added += 1) site.add()
        samples.push(await scene.inward(feedSize, () => site.requests.length > before))
      }
      return {
        rate: median(samples.map(({ rate }) => rate)),
        cpuMicros: samples.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0) / samples.length
      }
    },
    baseline: () => scene.bare('portal-feed-in', { count: feeds * feedSize, url: `${site.url}/rss.xml` })
  }
}

function wordPressSides(
  scene: KindScene,
  wordpress: WordPress,
  seconds: number
): Record<Exclude<Key, 'portal-feed-in'>, Sides> {
  const { url, user, password } = wordpress
  const [read, made] = [perSecond.read, perSecond.made].map((each) => Math.ceil(seconds * each)) as [
    number,
    number
  ]
  let since = ''
  let drafted = 0
  const draft = (): EventDraft => {
    drafted += 1
    const link = `https://cong.example.vn/tin-tuc/thong-bao-${drafted}.html`
    const lists = { authors: [], categories: [], images: [], files: [], attachments: [] }
    const [title, content] = [`Thông báo số ${drafted}`, `<p>Nội dung thông báo ${drafted}.</p>`]
    const data = { articleId: link, title, content, link, publishedAt: new Date().toISOString(), ...lists }
    return { type: 'article.published.v1', subject: link, recipients: [posting], data }
  }
  return {
    'portal-wordpress-in': {
      async ours() {
        await scene.act('pause', 'reads')
        await ageAll(wordpress)
        since = new Date(Date.now() - (spreadSeconds + 2) * 1000).toISOString()
        await addPosts(wordpress, read)
        const measured = scene.inward(read, () => true)
        await scene.act('resume', 'reads')
        const sample = await measured
        await scene.act('pause', 'reads') // It would keep WordPress busy.
        return sample
      },
      baseline: () => scene.bare('portal-wordpress-in', { count: read, url, since })
    },
    'portal-wordpress-out': {
      async ours() {
        await scene.act('pause', 'reads')
        return scene.outward('posts', Array.from({ length: made }, draft), () => scene.hasBegun('posts'))
      },
      baseline: () => scene.bare('portal-wordpress-out', { count: made, url, user, password, inFlight })
    }
  }
}

/** Posts of the last minute are read again by the next poll; those of the rounds before must not be. */
async function ageAll({ php }: WordPress): Promise<void> {
  const columns = ['post_date', 'post_date_gmt', 'post_modified', 'post_modified_gmt']
  const changes = columns.map((column) => `${column} = date_sub(${column}, interval 1 day)`)
  await php(`global $wpdb; $wpdb->query("update wp_posts set ${changes.join(', ')}");`)
}

/** Less than a minute: so long before the last one are posts read again. */
const spreadSeconds = 50

/** Posts that were published and changed one after another. */
async function addPosts({ php }: WordPress, count: number): Promise<void> {
  const add =
    '$id = wp_insert_post(["post_title" => "Thông báo $n", "post_content" => "<p>Nội dung thông báo $n.</p>", "post_status" => "publish"]);'
  const at = `date_sub(utc_timestamp(), interval floor(($n + 1) * ${spreadSeconds} / ${count}) second)`
  const changes = `post_modified = ${at}, post_modified_gmt = ${at}`
  await php(
    `global $wpdb; for ($n = ${count} - 1; $n >= 0; $n--) { ${add} $wpdb->query("update wp_posts set ${changes} where ID = $id"); }`
  )
}
