import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { keyIn } from '#runtime/keyring.ts'
import { cli } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** What commands show of what a gateway, or an agency through it, says: it never acts on the terminal. */

const hostile = 'x\u001b[2J\u001b]0;owned\u0007\u009b31m\r\nfake\u0085\u2028\u202eevil\u2066\u007f\0'
const acting = /[^\P{Cc}\n]|\p{Zl}|\p{Zp}|\p{Bidi_Control}/u

const item = {
  cursor: hostile,
  event: { specversion: '1.0', id: hostile, source: hostile, type: hostile, subject: hostile, data: {} },
  added: { recordedtime: hostile },
  receipt: { token: 'a.b.c', index: 0, size: 1, path: [] }
}

const published = { at: hostile, type: hostile, hash: hostile, system: hostile }
const act = {
  ...{
    number: 1,
    act: hostile,
    resource: hostile,
    recordedAt: hostile,
    reason: hostile,
    onBehalfOf: hostile
  },
  by: { system: hostile, person: { id: hostile, name: hostile } }
}
const agency = {
  ...{ agency: hostile, name: hostile, lastPublished: published, oldestUnread: published, backlog: 1 },
  systems: [{ system: hostile, lastRead: hostile, lastPublished: hostile, lastRefused: hostile }],
  silentSince: hostile
}
const refusal = {
  ...{ traceId: hostile, at: hostile, code: hostile, status: 400, title: hostile, detail: hostile },
  ...{ checksPassed: [hostile], check: hostile, route: hostile, remedy: hostile },
  caller: { agency: hostile, system: hostile }
}
const holder = { agency: hostile, since: hostile, due: hostile, expects: [hostile], state: hostile }
const delivery = {
  ...{ connector: hostile, state: 'dead', attempts: 1, nextAttempt: hostile },
  lastError: { code: hostile, detail: hostile }
}
const flow = { flow: 'f', title: hostile, state: hostile, lastAt: hostile, holders: [holder] }
const timeline = {
  ...flow,
  missing: [{ ...holder, after: hostile, connectors: [delivery] }],
  steps: [
    {
      ...{ agency: hostile, recordedTime: hostile, hash: hostile, type: hostile, title: hostile },
      actor: { name: hostile, title: hostile, department: hostile },
      recipients: [{ agency: hostile, state: hostile, at: hostile, reason: hostile, connectors: [delivery] }]
    }
  ]
}
const key = { key: { kid: hostile, alg: hostile }, validFrom: hostile }
const state = { resource: hostile, status: hostile, last: hostile }
const system = { ...state, agency: hostile, name: hostile, keys: [key] }
const parties = { provider: hostile, consumer: hostile, types: [hostile] }
const agreement = { ...state, ...parties, purpose: hostile, legalBasis: hostile, validFrom: hostile }
const right = { resource: `/agencies/${hostile}/systems/x`, type: hostile, recipients: '*' }
const lookups: Readonly<Record<string, object>> = {
  '/v1/systems': { items: [system] },
  '/v1/systems/agencies/H77/systems/qlvb': system,
  '/v1/agreements': { items: [agreement] },
  '/v1/agreements/agreements/x': agreement,
  '/v1/rights': { items: [right] },
  '/v1/agencies/H77': { ...state, code: hostile, name: hostile },
  '/v1/agencies': { items: [{ code: hostile, name: hostile }] },
  '/v1/flows': { items: [flow], behind: 0 },
  '/v1/flows/f': timeline,
  '/v1/acts': { items: [act] },
  '/v1/activity': { items: [agency] },
  '/v1/agencies/H77/activity': agency,
  [`/v1/events/${'0'.repeat(64)}`]: {
    ...item,
    event: { ...item.event, data: { file: { name: hostile, size: 1, sha256: '1'.repeat(64) } } },
    deliveries: [{ agency: hostile, state: hostile, at: hostile, reason: hostile, connectors: [delivery] }]
  },
  '/v1/connectors': {
    items: [
      {
        ...{ name: hostile, kind: hostile, state: hostile, since: hostile, reason: hostile },
        counts: { dead: 1 }
      }
    ]
  },
  '/v1/refusals/a': { ...refusal, others: [refusal] }
}

/** A gateway that is not the agency's friend. */
async function startGateway(t: TestContext): Promise<string> {
  const reply = (response: ServerResponse, status: number, type: string, body: unknown): void => {
    response.writeHead(status, { 'content-type': type })
    response.end(JSON.stringify(body))
  }
  let last = hostile
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
    const problem = {
      type: hostile,
      title: hostile,
      status: 422,
      detail: hostile,
      code: hostile,
      traceId: hostile
    }
    const isSystem = request.method === 'GET' && pathname.startsWith('/v1/systemsx') // By its hostile name.
    const found = isSystem ? system : request.method === 'GET' && lookups[pathname]
    if (found) return reply(response, 200, 'application/json', { ...found, last })
    if (pathname === '/v1/systems') {
      last = 'of another act' // So somebody else has changed it.
      return reply(response, 409, 'application/problem+json', { ...problem, code: 'BUS_ACT_CONFLICT' })
    }
    if (pathname === '/v1/inbox') {
      return reply(response, 200, 'application/json', {
        events: searchParams.has('after') ? [] : [item],
        next: 'n'
      })
    }
    if (pathname === '/v1/events') {
      const results = [{ source: hostile, id: hostile, status: 'rejected', problem }]
      return reply(response, 207, 'application/json', { results })
    }
    return reply(response, 422, 'application/problem+json', problem)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function lienthong(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(process.execPath, [cli, ...args], { timeout: 60_000 })
  } catch (error) {
    return error as { stdout: string; stderr: string }
  }
}

describe('a terminal', () => {
  it('is not acted on by anything a gateway answers, in plain lines, in JSON, or in errors', async (t) => {
    const folder = temporaryFolder(t)
    const gateway = await startGateway(t)
    const key = join(folder, 'key.jwk')
    await keyIn(key, 'a-1')
    const event = join(folder, 'event.json')
    writeFileSync(event, JSON.stringify({ ...item.event, id: '1' }))
    const province = join(folder, 'province.yaml')
    writeFileSync(province, 'agencies: [{ code: H77, name: Tỉnh mẫu }]\n')
    const schema = join(folder, 'x.avsc')
    writeFileSync(schema, JSON.stringify({ type: 'record', name: hostile, fields: [] }))
    const as = ['--gateway', gateway, '--as', 'H77.qlvb', '--key', key]
    const commands: readonly (readonly string[])[] = [
      ['inbox', ...as],
      ['inbox', ...as, '--json'],
      ['flow', 'f', ...as],
      ['flow', 'f', ...as, '--json'],
      ['stuck', ...as],
      ['acts', ...as],
      ['agencies', ...as],
      ['agencies', 'H77', ...as],
      ['systems', ...as],
      ['systems', 'suspend', 'H77.qlvb', '--reason', 'x', ...as],
      ['keys', 'list', 'H77.qlvb', ...as],
      ['agreements', ...as],
      ['agreements', 'sign', 'x', ...as],
      ['rights', ...as],
      ['agencies', 'close', 'H77', '--yes', ...as],
      ['why', 'a', ...as],
      ['why', 'a', ...as, '--json'],
      ['events', 'get', '0'.repeat(64), ...as],
      ['events', 'get', '0'.repeat(64), ...as, '--json'],
      ['status', ...as],
      ['ack', '0'.repeat(64), ...as],
      ['download', '0'.repeat(64), '--event', '0'.repeat(64), ...as],
      ['events', 'status', '0'.repeat(64), ...as],
      ['send', event, ...as],
      ['send', event, ...as, '--json'],
      ['apply', province, '--gateway', gateway, '--key', key],
      ['doctor', ...as],
      ['schemas', 'check', schema, '--against', gateway],
      ['schemas', 'check', schema, '--json'],
      ['inbox', ...as, '--from', hostile.replaceAll('\0', '')],
      [hostile.replaceAll(/[\0\r\n]/g, '')]
    ]
    for (const command of commands) {
      const { stdout, stderr } = await lienthong(...command)
      const shown = stdout + stderr
      assert.match(shown, /x\\+u001b\[2J/, `${command[0]} shows what it was told: ${shown}`)
      assert.doesNotMatch(shown, acting, command[0])
      assert.doesNotMatch(shown, /^fake/m, command[0])
    }
    const { stdout } = await lienthong('inbox', ...as, '--json')
    assert.deepEqual(JSON.parse(stdout), item)
  })
})
