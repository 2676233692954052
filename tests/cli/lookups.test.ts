import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import type { GatewayError } from '#client/gateway-error.ts'
import { cli } from '../helpers/demo-bus.ts'
import { codes, startTestBus, systemOf } from '../helpers/test-bus.ts'

const execute = promisify(execFile)

it('lienthong acts, agencies and why answer in the language of LANG or --lang', async (t) => {
  const bus = await startTestBus(t)
  const as = ['--gateway', bus.url, '--as', `${codes.A}.qlvb`, '--key', join(bus.folder, 'keys', 'A.jwk')]
  const run = async (lang: string, ...args: readonly string[]): Promise<string> => {
    const env = { ...process.env, LC_ALL: lang }
    return (await execute(process.execPath, [cli, ...args, ...as], { env, timeout: 60_000 })).stdout
  }
  const refused: GatewayError = await bus.clients.A.publish(bus.document({}, { title: 7 })).then(
    () => assert.fail('it must be refused'),
    (error) => error
  )

  const why = ['why', String(refused.problem.traceId)]
  const english = await run('en_GB.UTF-8', ...why)
  assert.match(english, new RegExp(`POST /v1/events ${systemOf('A')}: 422 BUS_PAYLOAD_INVALID`))
  assert.match(english, /^ {2}✓ Rights$/m)
  assert.match(english, /^ {2}✗ .*schema.*: failed$/im)
  const vietnamese = await run('vi_VN.UTF-8', ...why)
  assert.match(vietnamese, /^ {2}✗ Lược đồ nội dung: không đạt$/m)
  assert.equal(await run('vi_VN.UTF-8', ...why, '--lang', 'en'), english)

  const acts = await run('C', 'acts', 'co', 'quan', '--resource', `/agencies/${codes.A}`)
  assert.match(
    acts,
    new RegExp(`\\(agency.added\\) /agencies/${codes.A}; Người thực hiện: /bus/systems/operator`)
  )
  assert.match(await run('en_US', 'acts', 'nowhere'), /^No acts? /)
  assert.match(
    await run('en_US', 'agencies'),
    new RegExp(`^Cơ quan A \\(${codes.A}\\): Last read: never; Last published: never; Unread: 0`)
  )
  assert.match(
    await run('C', 'agencies', codes.A),
    /^ {2}\S+: Đọc gần nhất: chưa bao giờ; .*Bị từ chối gần nhất: \d\d:\d\d \d\d\//m
  )
})
