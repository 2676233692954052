import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { before, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { GatewayError } from '#client/gateway-error.ts'
import { newEvent } from '#client/new-event.ts'
import { openParty } from '#deploy/demo/party.ts'
import { keyFiles } from '#runtime/keyring.ts'
import { cli, type DemoBus, startDemo } from '../helpers/demo-bus.ts'
import { startChromium } from '../helpers/servers/chromium.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

/** The agency that does not answer in the demo, and for which nothing reads. */
const silent = { code: '000.00.84.H03', name: 'UBND xã mẫu 4' }

/** What whoever looks for it must be answer: who, since when, by when, what is missing, and what to do. */
const answer = [
  /UBND xã mẫu 4.* chưa nhận việc gửi đến lúc \d\d:\d\d \d\d\/\d\d\/\d{4}/,
  /Hạn \d\d:\d\d \d\d\/\d\d\/\d{4}/,
  /Còn thiếu: Phản hồi trạng thái văn bản/,
  /Việc cần làm: Báo cơ quan này: hệ thống của họ chưa lấy sự kiện về/
]

describe('what operators ask, in the demo', () => {
  const suite = afterSuite()
  let demo: DemoBus
  let page: Page | undefined
  let traceId = ''
  before(async () => {
    demo = await startDemo(suite)
    if (needs('chromium').skip === false) {
      page = await (await startChromium(suite)).newPage()
      page.setDefaultTimeout(20_000)
      await page.goto(demo.link) // It is good for a minute.
    }
    const desk = await openParty({
      gateway: demo.gateway,
      keysFolder: demo.keys,
      name: '000.00.81.H03.mot-cua',
      language: 'vi'
    })
    const draft = { type: 'dossier.unknown.v1', subject: 'x', data: {} }
    const refused: unknown = await desk.client
      .publish(newEvent(desk.client.system, draft))
      .catch((error) => error)
    if (refused instanceof GatewayError) traceId = String(refused.problem.traceId)
    const isKept = () =>
      desk.client.get(`/v1/refusals/${traceId}`).then(
        () => true,
        () => false
      )
    await until(isKept, 20_000)
  })

  /** Runs a command as an operator who has named the gateway once, and is in an empty folder. */
  const run = async (t: TestContext, ...args: readonly string[]): Promise<string> => {
    const env = {
      ...process.env,
      ...{ LC_ALL: 'vi_VN.UTF-8', LIENTHONG_GATEWAY: demo.gateway },
      ...{ LIENTHONG_AS: 'operator', LIENTHONG_KEY: keyFiles(demo.folder).operator }
    }
    const options = { cwd: temporaryFolder(t), env, timeout: 60_000 }
    return (await execute(process.execPath, [cli, ...args], options)).stdout
  }
  const open = async (path: string): Promise<string> => {
    if (!page) throw new TypeError('the test needs a browser')
    await page.goto(demo.gateway + path)
    await page.locator('.page-head').waitFor()
    const main = page.locator('main')
    await until(async () => (await main.locator('.loading').count()) === 0, 20_000)
    return String(await main.textContent())
  }

  it('which agency is silent is found with three commands, from an empty folder', async (t) => {
    let stuck = ''
    await until(async () => {
      stuck = await run(t, 'stuck')
      return stuck.includes(silent.code)
    }, 30_000)
    const [, flow = ''] = /^Quá hạn .* \((\S+)\)$/m.exec(stuck) ?? []
    const shown = await run(t, 'flow', flow)
    for (const one of answer) assert.match(shown, one)
    const [, next = ''] = /: lienthong (agencies \S+)$/m.exec(shown) ?? []
    assert.match(await run(t, ...next.split(' ')), /^UBND xã mẫu 4 \(\S+\): Đọc gần nhất: chưa bao giờ/)
  })

  it(
    'which agency is silent is found with three clicks, from the link that the demo prints',
    needs('chromium'),
    async () => {
      if (!page) return
      const click = (name: string): Promise<void> => {
        clicks += 1
        return (page as Page).getByRole('link', { name }).first().click()
      }
      let clicks = 0
      await click('Quá hạn')
      await click('Cấp giấy phép xây dựng nhà ở riêng lẻ')
      const missing = page.getByRole('region', { name: 'Đang chờ' })
      const silentOne = missing.getByRole('listitem').filter({ hasText: silent.name })
      const text = String(await silentOne.textContent())
      for (const one of answer) assert.match(text, one)
      await click('Xem cơ quan này đọc lần cuối khi nào')
      await page.getByRole('heading', { level: 1, name: silent.name }).waitFor()
      assert.equal(await fact(page, 'Đọc gần nhất'), 'chưa bao giờ')
      assert.equal(await fact(page, 'Chưa nhận'), '1')
      assert.equal(clicks, 3)
    }
  )

  const words = 'cap giay phep xay dung'
  for (const { question, command, path, says } of [
    {
      question: 'where a case is',
      command: () => ['flow', words],
      path: () => `/console?q=${encodeURIComponent(words)}`,
      says: /Cấp giấy phép xây dựng nhà ở riêng lẻ.*UBND xã mẫu 4/s
    },
    {
      question: 'what is overdue or stuck',
      command: () => ['stuck'],
      path: () => '/console?state=overdue',
      says: /Cấp giấy phép xây dựng nhà ở riêng lẻ.*UBND xã mẫu 4.*hạn/s
    },
    {
      question: 'who has not read for two days',
      command: () => ['agencies', '--not-read-days', '2'],
      path: () => '/console/agencies?days=2',
      says: /^(?!.*Sở mẫu A).*UBND xã mẫu 4.*chưa bao giờ/s
    },
    {
      question: 'which acts happened',
      command: () => ['acts', '--act', 'key.added', '--agency', silent.code],
      path: () => `/console/acts?act=key.added&agency=${silent.code}`,
      says: /Thêm khóa.*key\.added.*000\.00\.84\.H03\/systems\/qlvb/s
    },
    {
      question: "what a refusal's traceId meant",
      command: () => ['why', traceId],
      path: () => `/console/refusals/${traceId}`,
      says: /Cách khắc phục.*✗ .*: không đạt.*$/s
    }
  ]) {
    it(`${question} is answered by one command`, async (t) => assert.match(await run(t, ...command()), says))
    it(`${question} is answered by one page`, needs('chromium'), async () => {
      await until(async () => says.test(await open(path())), 30_000)
    })
  }
})

/** The value beside a name on a page. */
function fact(page: Page, name: string): Promise<string | null> {
  return page
    .locator('.facts > div', { has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .first()
    .textContent()
}
