import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { it } from 'node:test'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { createSigner, type Signer } from '#client/signer.ts'
import { type DocumentedRights, type RightsRow, rightsRows } from '#gateway/rights.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { addSystem, keyFileOf } from '../helpers/add-system.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { codes, send, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Operation {
  readonly 'x-rights'?: DocumentedRights
}

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

interface Who {
  readonly client: Client
  readonly signer: Signer
}

type Role = Exclude<keyof RightsRow, 'nobody'>
type Probe = (who: Who) => Promise<unknown>

/** Whether a caller sees, or may do, something: not if there is nothing for it, or it is refused. */
async function may(probe: Promise<unknown>): Promise<boolean> {
  try {
    return Boolean(await probe)
  } catch (error) {
    if (error instanceof GatewayError && error.problem.status < 500) return false
    throw error
  }
}

/** Routes whose rights are proven where what they need is at hand. */
const provenElsewhere = [
  'GET /v1/quarantine', // tests/e2e/quarantine.test.ts
  'GET /v1/quarantine/{item}'
]

it('every route of the API document gives each caller what its row of docs/rights.md says', async (t) => {
  const { bus } = await startRegistryBus(t)
  const { operator, clients, url, folder } = bus
  const auditorSystem = `/agencies/${codes.C}/systems/auditor`
  const auditor = await addSystem(bus, auditorSystem, { roles: ['auditor'] })
  const signerOf = async (system: string, file: string): Promise<Signer> =>
    createSigner({ system, key: (await readKey(file)).privateJwk, audience: url })
  const signers = {
    own: await createSigner({ system: systemOf('B'), key: bus.keys.B.privateJwk, audience: url }),
    other: await createSigner({ system: systemOf('C'), key: bus.keys.C.privateJwk, audience: url }),
    operator: await signerOf('/bus/systems/operator', keyFiles(folder).operator),
    auditor: await signerOf(auditorSystem, keyFileOf(folder, auditorSystem))
  }
  const callers: Readonly<Record<Role, Who>> = {
    own: { client: clients.B, signer: signers.own },
    other: { client: clients.C, signer: signers.other },
    operator: { client: operator, signer: signers.operator },
    auditor: { client: auditor, signer: signers.auditor }
  }

  const document = bus.document()
  const [published] = await clients.A.publish(document)
  const hash = String(published?.hash)
  const { sha256 } = await clients.B.attach('x.txt', 'text/plain', Buffer.from('x'))
  const refused: GatewayError = await clients.B.publish({ ...document, source: systemOf('B') }).then(
    () => assert.fail('it must be refused'),
    (error) => error
  )
  const dead = '/v1/deliveries?state=dead&connector=registry-b'
  await until(async () => (await operator.get<Page>(dead)).items.length > 0, 30_000)

  const list =
    (path: string): Probe =>
    async ({ client }) =>
      (await client.get<Page>(path)).items.length > 0
  const one =
    (path: string): Probe =>
    ({ client }) =>
      client.get(path)
  const live: Probe = async ({ signer }) => {
    const closing = new AbortController()
    const headers = { authorization: `Bearer ${await signer.plain()}`, 'last-event-id': '0' }
    const response = await fetch(`${url}/v1/live`, { headers, signal: closing.signal })
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (text.includes(': .\n\n')) break
    }
    closing.abort()
    return text.includes(hash)
  }
  const suspend: Probe = async ({ client }) => {
    const path = `/v1/systems${auditorSystem}`
    const { last: previous } = await operator.get<{ last: string }>(path)
    const done = await may(
      client.act('/v1/systems', { act: 'system.suspended', resource: auditorSystem, previous })
    )
    if (!done) return false
    const { last } = await operator.get<{ last: string }>(path)
    await operator.act('/v1/systems', { act: 'system.resumed', resource: auditorSystem, previous: last })
    return true
  }

  const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
  const [busKey] = keys
  const found = `/v1/flows?subject=${encodeURIComponent(document.subject)}`
  await until(async () => (await operator.get<Page>(found)).items.length > 0, 30_000)

  const probes: Readonly<Record<string, Probe>> = {
    'GET /v1/flows': list(found),
    'GET /v1/flows/{flow}': one(`/v1/flows/${encodeURIComponent(document.subject)}`),
    'GET /v1/views/flows': one('/v1/views/flows'),
    'POST /v1/views/flows': ({ client }) => client.act('/v1/views/flows', {}),
    'GET /v1/acts': list(`/v1/acts?agency=${codes.B}`),
    'GET /v1/activity': async ({ client }) =>
      (await client.get<Page>('/v1/activity')).items.some(({ agency }) => agency === codes.B),
    'GET /v1/agencies/{code}/activity': one(`/v1/agencies/${codes.B}/activity`),
    'GET /v1/refusals/{traceId}': one(`/v1/refusals/${refused.problem.traceId}`),
    'GET /v1/live': live,
    'GET /v1/deliveries': list(dead),
    'GET /v1/deliveries/{connector}/{event}': one(`/v1/deliveries/registry-b/${hash}`),
    'GET /v1/connectors': list('/v1/connectors'),
    'GET /v1/connectors/{name}': one('/v1/connectors/registry-b'),
    'GET /v1/agreements': list('/v1/agreements'),
    'GET /v1/events/{hash}': one(`/v1/events/${hash}`),
    'GET /v1/events': one(`/v1/events?${new URLSearchParams({ source: document.source, id: document.id })}`),
    'GET /v1/inbox': async ({ client }) => (await client.page()).events.length > 0,
    'GET /v1/attachments/{sha256}': async ({ client }) => buffer(await client.download(sha256)),
    'POST /v1/deliveries': async ({ client }) => {
      const body = { act: 'release', filter: { connector: 'registry-b' }, dryRun: true }
      return ((await client.act('/v1/deliveries', body)) as { count: number }).count > 0
    },
    'POST /v1/connectors': ({ client }) =>
      client.act('/v1/connectors', { act: 'check', connector: 'registry-b' }),
    'POST /v1/systems': suspend,
    'GET /v1/agencies/{code}': one(`/v1/agencies/${codes.B}`),
    'GET /v1/systems/agencies/{agency}/systems/{system}': one(`/v1/systems${systemOf('B')}`),
    'GET /v1/bus-keys/bus/keys/{kid}': one(`/v1/bus-keys/bus/keys/${busKey?.kid}`),
    'GET /v1/rights/agencies/{agency}/systems/{system}/{type}': one(
      `/v1/rights${systemOf('A')}/${document.type}`
    ),
    'GET /v1/agreements/{agreement}': one('/v1/agreements/a-b-dossiers'),
    'GET /v1/schemas/schemas/{type}': one(`/v1/schemas/schemas/${document.type}`),
    'GET /v1/agencies': list(`/v1/agencies?agency=${codes.B}`),
    'GET /v1/systems': list(`/v1/systems?agency=${codes.B}`),
    'GET /v1/bus-keys': list('/v1/bus-keys'),
    'GET /v1/rights': list(`/v1/rights?agency=${codes.B}`),
    'GET /v1/schemas': list('/v1/schemas')
  }

  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, { 'x-rights': declared }] of Object.entries(operations)) {
      const method = name.toUpperCase()
      const route = `${method} ${path}`
      assert.ok(declared, `${route} must declare its rights in its config`)
      const row = rightsRows[declared.rights]
      const { status } = await send(`${url}${path.replaceAll(/\{\w+\}/g, '1')}`, { method }).catch(() => ({
        status: 0 // An answer without JSON.
      }))
      assert.equal(status !== 401, row.nobody === 'yes', `${route} without a token: ${status}`)
      const probe = probes[route]
      const isNeeded = method === 'GET' && path.startsWith('/v1/') && !provenElsewhere.includes(route)
      if (!probe) {
        assert.ok(!isNeeded || row.nobody === 'yes', `${route} needs a probe in this test`)
        continue
      }
      for (const [role, caller] of Object.entries(callers) as [Role, Who][]) {
        if (row[role] === 'kinds') continue
        assert.equal(await may(probe(caller)), row[role] === 'yes', `${route} as ${role}`)
      }
    }
  }
})
