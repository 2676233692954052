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
  assert.match(english, /^Checks passed: request, .*, attributes, rights$/m)
  assert.match(english, /^Check that failed: schema$/m)
  const vietnamese = await run('vi_VN.UTF-8', ...why)
  assert.match(vietnamese, /^Bước không qua: schema$/m)
  assert.equal(await run('vi_VN.UTF-8', ...why, '--lang', 'en'), english)

  const acts = await run('C', 'acts', 'co', 'quan', '--resource', `/agencies/${codes.A}`)
  assert.match(acts, new RegExp(`^\\d+ \\S+ agency.added /agencies/${codes.A} do /bus/systems/operator`))
  assert.match(await run('en_US', 'acts', 'nowhere'), /^No act matches\./)
  assert.match(
    await run('en_US', 'agencies'),
    new RegExp(`^${codes.A} Cơ quan A: silent since never; not read: 0`)
  )
  assert.match(
    await run('C', 'agencies', codes.A),
    /^ {2}\S+: đọc lần cuối chưa từng; .*bị từ chối lần cuối \d{4}-/m
  )
})
