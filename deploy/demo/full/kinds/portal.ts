import { collectCleanups } from '../../../servers/cleanup.ts'
import { startWordPress, type WordPress } from '../../../servers/wordpress.ts'
import { eventually } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { agency, agreement, commune, department, system, webPortal } from '../cast.ts'
import { type DemoKind, instanceOf, onThisMachine } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'

const name = 'cong-thong-tin'
const types = ['dossier.received.v1', 'dossier.status-changed.v1', 'dossier.completed.v1'] as const

interface Post {
  readonly id: number
  readonly link: string
  readonly title: { readonly rendered: string }
  readonly content: { readonly rendered: string }
}

/** The province's portal shows where dossiers are, without a name. */
const portal: DemoKind = {
  title: { vi: 'portal (WordPress)', en: 'portal (WordPress)' },
  needs: ['wordpress'],

  async open(options) {
    const cleanups = collectCleanups()
    const wordpress = await startWordPress(cleanups, options.servers.folderOf('wordpress'))
    await wordpress.php(theme)
    const { url, user, password: applicationPassword } = wordpress
    const settings = { wordpress: { url, user, applicationPassword, publish: { dossiers: {} } } }
    let first: Post | undefined
    return {
      province: {
        agencies: [agency(webPortal, system(name, 'Cổng thông tin điện tử'))],
        agreements: [
          agreement(commune, webPortal, ...types),
          agreement(department, webPortal, ...types.slice(1))
        ]
      },
      connectors: [{ ...instanceOf(options, 'portal', webPortal, name), network: onThisMachine(), settings }],
      steps: {
        async received(flow) {
          first = await shows(wordpress, flow, 'Được tiếp nhận')
        },
        async processed(flow) {
          await shows(wordpress, flow, 'Đang xử lý', first)
        },
        async completed(flow) {
          await shows(wordpress, flow, 'Đã trả kết quả', first)
        }
      },
      visit: [
        {
          vi: `${webPortal.name}: ${url}, và ${url}/wp-admin, tài khoản ${user}, mật khẩu "${wordpress.adminPassword}"`,
          en: `${webPortal.name}: ${url}, and ${url}/wp-admin as ${user}, password "${wordpress.adminPassword}"`
        }
      ],
      close: () => cleanups.end()
    }
  }
}

export default portal

/** Waits until the post of the dossier, the same as before, shows a status. */
async function shows(wordpress: WordPress, flow: Flow, status: string, before?: Post): Promise<Post> {
  const look = async (): Promise<Post | undefined> => {
    const posts = await wordpress.rest<readonly Post[]>('posts', { search: flow.root })
    return posts.find(
      ({ id, title, content }) =>
        title.rendered.includes(flow.root) &&
        content.rendered.includes(status) &&
        (before === undefined || before.id === id)
    )
  }
  const post = await eventually(look, stepTimeoutMs, {
    vi: `${webPortal.name} không hiện "${status}" cho ${flow.root}`,
    en: `${webPortal.name} does not show "${status}" for ${flow.root}`
  })
  const shown = `${post.id}: ${flow.root}, ${status} (${post.link})`
  flow.outside({
    vi: `${webPortal.name} ${before ? 'cập nhật' : 'đăng'} bài ${shown}`,
    en: `${webPortal.name} ${before ? 'updated' : 'created'} post ${shown}`
  })
  return post
}

/** WordPress comes with a post of its own, and without a theme: it shows nothing without one. */
const theme = `
wp_delete_post(1, true);
$folder = WP_CONTENT_DIR . '/themes/mau';
mkdir($folder);
file_put_contents("$folder/style.css", "/* Theme Name: Mẫu */");
file_put_contents("$folder/index.php", '<!doctype html><meta charset="utf-8"><h1><?php bloginfo("name"); ?></h1>
<?php while (have_posts()) { the_post(); the_title("<h2>", "</h2>"); the_content(); } ?>');
switch_theme('mau');`
