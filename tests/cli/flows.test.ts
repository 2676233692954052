import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { cli } from '../helpers/demo-bus.ts'
import { codes, startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

it('lienthong flow shows the case of a code, whatever others begin with it', async (t) => {
  const bus = await startTestBus(t)
  const run = async (...args: readonly string[]): Promise<string> => {
    const as = ['--gateway', bus.url, '--as', `${codes.A}.qlvb`, '--key', join(bus.folder, 'keys', 'A.jwk')]
    const { stdout } = await execute(process.execPath, [cli, ...args, ...as, '--lang', 'en'], {
      timeout: 60_000
    })
    return stdout
  }
  const named = Array.from({ length: 60 }, (_, index) => `H03-1${index}`)
  await bus.clients.A.publish(
    bus.document({ subject: 'H03-1' }, { title: 'Hồ sơ một' }),
    bus.document({ subject: 'H03-2', correlationid: 'root-2' }, { title: 'Hồ sơ hai' }),
    ...['H03-20', ...named].map((subject) => bus.document({ subject }))
  )
  await until(async () => {
    const { items } = await bus.clients.A.get<{ items: readonly unknown[] }>('/v1/flows?limit=100')
    return items.length === named.length + 3
  }, 30_000)
  assert.match(await run('flow', 'H03-1'), /^Open: Hồ sơ một \(H03-1\)/)
  assert.match(await run('flow', 'H03-2'), /^Open: Hồ sơ hai \(root-2\)/)
  assert.match(await run('flow', 'H03-'), /^Open .*\(H03-\d+\)\n(.*\n)*Open .*\(H03-\d+\)\n/)
})

it('lienthong flow and stuck name the agency that has not answered in both languages, and show a title as it is', async (t) => {
  const bus = await startTestBus(t)
  const run = async (...args: readonly string[]) => {
    const as = ['--gateway', bus.url, '--as', `${codes.A}.qlvb`, '--key', join(bus.folder, 'keys', 'A.jwk')]
    try {
      const env = { ...process.env, LC_ALL: 'vi_VN.UTF-8' }
      return {
        code: 0,
        ...(await execute(process.execPath, [cli, ...args, ...as], { env, timeout: 60_000 }))
      }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }
  const title = 'Thu hồi đất <script>alert(1)</script>'
  await bus.clients.A.publish(
    bus.document({ subject: 'case-1' }, { title, codeNumber: '7', codeNotation: 'UB' })
  )
  await until(async () => (await run('flow', '7/ub')).code === 0, 30_000)
  const { stdout } = await run('flow', 'thu hoi dat')
  const [head, missing = '', expected, next, , step = '', recipient] = stdout.split('\n')
  assert.equal(head, 'Đang xử lý: Thu hồi đất <script>alert(1)</script> (case-1)')
  assert.match(missing, new RegExp(`^Cơ quan B \\(${codes.B}\\) chưa nhận việc gửi đến lúc .* Hạn `))
  assert.equal(expected, '  Còn thiếu: Phản hồi trạng thái văn bản (document.status-changed.v1).')
  assert.match(
    String(next),
    new RegExp(`^ {2}Việc cần làm: Báo cơ quan này.*: lienthong agencies ${codes.B}$`)
  )
  assert.match(step, /\d{4} Cơ quan A \(\S+\) Gửi văn bản \(document.issued.v1\): Thu hồi đất/)
  assert.equal(recipient, `  → Cơ quan B (${codes.B}): Chưa nhận`)
  const english = (await run('flow', 'thu hoi dat', '--lang', 'en')).stdout
  assert.match(english, /^Open: Thu hồi đất/)
  assert.match(english, /Cơ quan B \(\S+\) has not taken what was sent to it at /)
  const none = await run('flow', 'nothing-like-this')
  assert.deepEqual([none.code, none.stdout], [1, ''])
  assert.match(none.stderr, /Không tìm thấy vụ việc nào/)
  assert.deepEqual(await run('stuck').then(({ code, stdout }) => [code, stdout]), [0, ''])
  const refused = await run('views', 'rebuild', 'flows')
  assert.match(refused.stderr, /BUS_NOT_PERMITTED/)
  await bus.operator.act('/v1/views/flows', {})
  await until(async () => {
    const status = await bus.operator.get<{ rebuilding?: number }>('/v1/views/flows')
    return status.rebuilding === undefined
  }, 20_000)
  await bus.clients.A.publish(bus.document({ subject: 'case-10' }, { title: 'Khác' }))
  await until(async () => (await run('flow', 'case-10')).code === 0, 30_000)
  assert.match((await run('flow', 'case-1')).stdout, /^Đang xử lý: Thu hồi đất/)
})
