import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { keyFiles } from '#runtime/keyring.ts'
import { cli, type DemoBus, startDemo } from '../helpers/demo-bus.ts'
import { startChromium } from '../helpers/servers/chromium.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

/** The agency that does not answer in the demo, and for which nothing reads. */
const silent = { code: '004.01.93.H03', name: 'UBND xã mẫu 4' }

/** What whoever looks for it must be told: who, since when, by when, what is missing, and what to do. */
const told = [
  /UBND xã mẫu 4.* chưa nhận việc gửi đến lúc \d\d:\d\d \d\d\/\d\d\/\d{4}/,
  /Hạn \d\d:\d\d \d\d\/\d\d\/\d{4}/,
  /Còn thiếu: Phản hồi trạng thái văn bản/,
  /Việc cần làm: Báo cơ quan này: hệ thống của họ chưa lấy sự kiện về/
]

describe('the agency that does not answer in the demo is found by somebody who has never seen it', () => {
  const suite = afterSuite()
  let demo: DemoBus
  before(async () => {
    demo = await startDemo(suite)
  })

  it('with three commands, from an empty folder', async (t) => {
    const env = {
      ...process.env,
      ...{ LC_ALL: 'vi_VN.UTF-8', LIENTHONG_GATEWAY: demo.gateway },
      ...{ LIENTHONG_AS: 'operator', LIENTHONG_KEY: keyFiles(demo.folder).operator }
    }
    const cwd = temporaryFolder(t)
    let commands = 0
    const run = async (...args: readonly string[]): Promise<string> => {
      commands += 1
      return (await execute(process.execPath, [cli, ...args], { cwd, env, timeout: 60_000 })).stdout
    }
    let stuck = ''
    await until(async () => {
      commands = 0
      stuck = await run('stuck')
      return stuck.includes(silent.code)
    }, 30_000)
    const [, flow = ''] = /^Quá hạn .* \((\S+)\)$/m.exec(stuck) ?? []
    const shown = await run('flow', flow)
    for (const one of told) assert.match(shown, one)
    const [, next = ''] = /: lienthong (agencies \S+)$/m.exec(shown) ?? []
    assert.match(await run(...next.split(' ')), /^UBND xã mẫu 4 \(\S+\): Đọc gần nhất: chưa bao giờ/)
    assert.equal(commands, 3)
  })

  it('with three clicks in the console, from the link that the demo prints', needs('chromium'), async () => {
    const browser = await startChromium(suite)
    const page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    let clicks = 0
    const click = async (name: string | RegExp): Promise<void> => {
      clicks += 1
      await page.getByRole('link', { name }).first().click()
    }
    await page.goto(demo.link)
    await click('Quá hạn')
    await click('Cấp giấy phép xây dựng nhà ở riêng lẻ')
    const missing = page.getByRole('region', { name: 'Đang chờ' })
    const silentOne = missing.getByRole('listitem').filter({ hasText: silent.name })
    await silentOne.waitFor()
    const text = await silentOne.innerText()
    for (const one of told) assert.match(text, one)
    await click('Xem cơ quan này đọc lần cuối khi nào')
    await page.getByRole('heading', { level: 1, name: silent.name }).waitFor()
    assert.deepEqual(await fact(page, 'Đọc gần nhất'), 'chưa bao giờ')
    assert.deepEqual(await fact(page, 'Chưa nhận'), '1')
    assert.equal(clicks, 3)
  })
})

/** The value beside a name on a page. */
function fact(page: Page, name: string): Promise<string> {
  return page
    .locator('.facts > div', { has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .first()
    .innerText()
}
