import assert from 'node:assert/strict'
import { request } from 'node:http'
import { it } from 'node:test'
import { startRegistryProxy } from '#cli/remote/registry-proxy.ts'
import { createSigner } from '#client/signer.ts'
import { startRegistry } from '../../helpers/start-registry.ts'
import { systemOf } from '../../helpers/test-bus.ts'

/** Sends headers that `fetch` does not let a program choose. */
async function post(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const sent = request(url, { method: 'POST', headers }, (response) => {
    response.resume()
    resolve(response.statusCode)
  })
  sent.on('error', reject)
  sent.end(JSON.stringify({ schema: '"string"' }))
  return promise
}

it('the proxy signs nothing that a web page of this machine sends, by whatever name', async (t) => {
  const { write } = await startRegistry(t)
  const url = `${write}/subjects/x/versions`
  assert.equal(await post(url, { origin: 'https://evil.example' }), 403)
  assert.equal(await post(url, { host: 'evil.example:80' }), 403)
  assert.equal(await post(url, {}), 200)
})

it('changes sent to the gateway itself are refused, saying what would sign them; what is there is answered', async (t) => {
  const { bus, write, read } = await startRegistry(t)
  const init = { method: 'POST', body: JSON.stringify({ schema: '"string"' }) }
  const signer = await createSigner({ audience: bus.url, system: systemOf('A'), key: bus.keys.A.privateJwk })
  const contentType = 'application/vnd.schemaregistry.v1+json'
  const anonymous = { ...init, headers: { 'content-type': contentType } }
  assert.equal((await fetch(`${read}/subjects/x/versions`, anonymous)).status, 401, 'open to read only')
  const headers = { 'content-type': contentType, authorization: `Bearer ${await signer.plain()}` }
  const refused = await fetch(`${read}/subjects/x/versions`, { ...init, headers })
  const body = (await refused.json()) as { error_code: number; message: string }
  assert.deepEqual([refused.status, body.error_code], [403, 40302])
  assert.match(body.message, /registry-proxy/)
  assert.equal(refused.headers.get('content-type'), contentType)
  const made = await (await fetch(`${write}/subjects/x/versions`, { ...init, headers })).json()
  assert.deepEqual(await (await fetch(`${read}/subjects/x/versions`, { ...init, headers })).json(), made)
})

it('the proxy reaches nothing but the registry, however a path is spelt', async (t) => {
  const { write } = await startRegistry(t)
  for (const path of ['/../v1/inbox', '/%2e%2e/v1/inbox', '/..%2fv1/inbox', '//../../v1/inbox']) {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const { hostname, port } = new URL(write)
    request({ hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).end()
    assert.equal(await promise, 404, path)
  }
})

it('many clients may register at once, each its own', async (t) => {
  const { write, read } = await startRegistry(t)
  const ids = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const schema = JSON.stringify({ type: 'fixed', name: 'F', size: n + 1 })
      const response = await fetch(`${write}/subjects/s-${n % 2}-${n}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema })
      })
      return ((await response.json()) as { id: number }).id
    })
  )
  assert.equal(new Set(ids).size, 8)
  assert.equal(((await (await fetch(`${read}/subjects?subjectPrefix=s-`)).json()) as string[]).length, 8)
})

it('twelve schemas registered in one subject at once, through two proxies, all become versions of it', async (t) => {
  const { write, bus } = await startRegistry(t)
  const key = bus.keys.A.privateJwk
  const other = await startRegistryProxy({ gateway: bus.url, system: systemOf('A'), key, port: 0 })
  t.after(() => other.close())
  const init = (method: string, body: object): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  // The level of a subject belongs to its owner, so there must be a first version.
  const first = init('POST', { schema: JSON.stringify({ type: 'fixed', name: 'F', size: 1 }) })
  await fetch(`${write}/subjects/at-once/versions`, first)
  assert.equal((await fetch(`${write}/config/at-once`, init('PUT', { compatibility: 'NONE' }))).status, 200)
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const schema = JSON.stringify({ type: 'fixed', name: 'F', size: n + 2 })
      const base = n % 2 === 0 ? write : other.url
      return (await fetch(`${base}/subjects/at-once/versions`, init('POST', { schema }))).status
    })
  )
  assert.deepEqual(statuses, Array(12).fill(200))
  const versions = await (await fetch(`${write}/subjects/at-once/versions`)).json()
  assert.deepEqual(
    versions,
    Array.from({ length: 13 }, (_, n) => n + 1)
  )
})

it('the proxy makes its acts on a subject one after the other, so that none of them conflicts', async (t) => {
  const { write, bus } = await startRegistry(t)
  const statuses = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const schema = JSON.stringify({ type: 'record', name: 'R', doc: `${n}`, fields: [] })
      const response = await fetch(`${write}/subjects/in-turn/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ schema })
      })
      return response.status
    })
  )
  assert.deepEqual(statuses, Array(8).fill(200))
  const metrics = await (await fetch(`${bus.bus.managementUrl}/metrics`)).text()
  assert.match(metrics, /requests_total\{route="\/v1\/schemas",status="201"\}/)
  assert.doesNotMatch(metrics, /requests_total\{route="\/v1\/schemas",status="409"\}/)
})

it('an act that spells a registered schema otherwise is refused, naming its id; through the proxy it gets that id', async (t) => {
  const { bus, write } = await startRegistry(t)
  const post = async (subject: string, schema: object) => {
    const response = await fetch(`${write}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema: JSON.stringify(schema) })
    })
    return (await response.json()) as { readonly id: number }
  }
  const { id } = await post('one', { type: 'fixed', name: 'vn.F', size: 3 })
  const other = { type: 'fixed', namespace: 'vn', name: 'F', size: 3 }
  const act = { act: 'schema.registered', resource: '/subjects/two', previous: null }
  await assert.rejects(bus.clients.A.act('/v1/schemas', { ...act, schema: JSON.stringify(other) }), {
    code: 'BUS_ACT_CONFLICT',
    message: new RegExp(`id ${id} `)
  })
  assert.deepEqual(await post('two', other), { id })
})

it('an act that changes no setting is refused', async (t) => {
  const { bus } = await startRegistry(t)
  const act = { act: 'registry-config.changed', resource: '/registry', previous: null }
  await assert.rejects(bus.operator.act('/v1/schemas', act), { code: 'BUS_ACT_INVALID' })
  await bus.operator.act('/v1/schemas', { ...act, normalize: true })
})

it('what is malformed is the caller’s fault, in words', async (t) => {
  const { write, read } = await startRegistry(t)
  const expect = async (path: string, init: RequestInit, status: number, code: number): Promise<void> => {
    for (const base of init.method === undefined ? [write, read] : [write]) {
      const response = await fetch(base + path, init)
      const { error_code } = (await response.json()) as { error_code: number }
      assert.deepEqual([path, response.status, error_code], [path, status, code])
      assert.equal(response.headers.get('content-type'), 'application/vnd.schemaregistry.v1+json')
    }
  }
  const post = (body: string) => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } })
  await expect('/subjects/none/versions', {}, 404, 40401)
  await expect('/schemas/ids/999999', {}, 404, 40403)
  await expect('/nowhere', {}, 404, 404)
  await expect('/nowhere', { method: 'PROPFIND' }, 404, 404)
  await expect('/subjects/%zz/versions', {}, 400, 40001)
  await expect('/subjects/%zz/versions', post('{}'), 400, 40001)
  await expect('/subjects/x/versions', post('{'), 400, 40001)
  await expect('/subjects/x/versions', post('{"schema":7}'), 400, 40001)
  await expect('/subjects/x/versions', post('{"schema":"\\"strin\\""}'), 422, 42201)
  await expect('/subjects/x/versions', post('{"schema":"{}","schemaType":"JSON"}'), 422, 42201)
  const long = JSON.stringify({ type: 'fixed', name: 'F', size: 1, doc: 'x'.repeat(300_000) })
  await expect('/subjects/x/versions', post(JSON.stringify({ schema: long })), 422, 42209)
  await expect('/subjects/x/versions', post(JSON.stringify({ schema: 'x'.repeat(2_000_000) })), 413, 41301)
  await expect('/config', { ...post('{"compatibility":"SOME"}'), method: 'PUT' }, 422, 42203)
  await expect('/mode', { ...post('{"mode":"READONLY"}'), method: 'PUT' }, 422, 42205)
  await expect(`/subjects/${'x'.repeat(256)}/versions`, post('{"schema":"\\"string\\""}'), 422, 42208)
})
