import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'
import { type NamedOperation, operationsOf, readApiDocument } from './api-document/document.ts'

/** Of the moment, of how a body is sent, or of the connection: `fetch` asks to close it after HEAD. */
const varying = ['date', 'ratelimit', 'transfer-encoding', 'connection', 'keep-alive']

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

async function ask(method: string, url: string, authorization: string | undefined): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: authorization === undefined ? {} : { authorization },
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000)
  })
  const length = (await response.arrayBuffer()).byteLength
  if (method === 'HEAD') assert.equal(length, 0, url)
  return without({ status: response.status, headers: Object.fromEntries(response.headers) }, varying)
}

function without({ status, headers }: Answer, names: readonly string[]): Answer {
  const others = Object.entries(headers).filter(([name]) => !names.includes(name))
  return { status, headers: Object.fromEntries(others) }
}

/** A bus with an event for B, which lists an attachment and which B has not read. */
async function busWithEvent(t: TestContext) {
  const bus = await startTestBus(t)
  const listed = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
  const event = bus.document({}, { attachments: [{ ...listed }] })
  const [published] = await bus.clients.A.publish(event)
  const state = async (): Promise<string | undefined> => {
    const query = new URLSearchParams({ source: event.source, id: event.id })
    const answer = await bus.clients.A.get<{ deliveries: readonly { state: string }[] }>(
      `/v1/events?${query}`
    )
    return answer.deliveries[0]?.state
  }
  await until(async () => (await state()) === 'pending', 10_000)
  // The view of flows follows the inboxes.
  const flows = () => bus.clients.B.get<{ items: readonly unknown[] }>('/v1/flows')
  await until(async () => (await flows()).items.length > 0, 60_000)
  const values: Readonly<Record<string, string>> = {
    source: event.source,
    id: event.id,
    hash: published?.hash ?? assert.fail(),
    sha256: listed.sha256,
    flow: event.subject,
    code: codes.B,
    kid: 'bus-1'
  }
  return { bus, state, values }
}

/** The address of an operation: as its examples say, with what there is on this bus. */
function addressOf({ path, operation }: NamedOperation, values: Readonly<Record<string, string>>): string {
  const parameters = (operation.parameters ?? []).filter(({ required }) => required)
  const valueFor = ({ name, example }: { readonly name: string; readonly example?: unknown }): string =>
    (path.startsWith('/registry') ? undefined : values[name]) ?? String(example)
  const query = parameters.filter((one) => one.in === 'query').map((one) => [one.name, valueFor(one)])
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name)
    return encodeURIComponent(valueFor(parameter ?? assert.fail(`${path} has no parameter ${name}`)))
  })
  return query.length === 0 ? filled : `${filled}?${new URLSearchParams(Object.fromEntries(query))}`
}

async function callersOf(bus: TestBus): Promise<readonly (string | undefined)[]> {
  const key = bus.keys.B.privateJwk
  const signer = await createSigner({ system: systemOf('B'), key, audience: bus.url })
  return [`Bearer ${await signer.plain()}`, 'Bearer x.y.z', undefined]
}

/** HEAD is refused where the body is all there is, and has no end. */
const endless = '/v1/live'
/** Here HEAD also says how far an upload is. */
const uploads = '/v1/attachments/'
const ofUploads = ['upload-offset', 'upload-length', 'upload-complete', 'upload-limit', 'cache-control']
/** What B has read by GET shows there soon after. */
const following = ['/activity', '/v1/flows']
const ofFollowing = ['content-length']
const hidden = ['/console', '/console/cases', '/nothing']

it('HEAD of every address is answered as GET, without the body, and delivers nothing', async (t) => {
  const { bus, state, values } = await busWithEvent(t)
  const operations = operationsOf(await readApiDocument(bus.url)).filter(({ method }) => method === 'GET')
  assert.ok(operations.length > 50)
  const addresses = [...operations.map((one) => addressOf(one, values)), ...hidden]
  const asked = (await callersOf(bus)).flatMap((caller) =>
    addresses.filter((address) => address !== endless).map((address) => ({ caller, address }))
  )
  const heads: Answer[] = []
  for (const { caller, address } of asked) heads.push(await ask('HEAD', bus.url + address, caller))
  assert.equal((await ask('HEAD', bus.url + endless, asked[0]?.caller)).status, 405)
  await bus.clients.C.page()
  assert.equal(await state(), 'pending')
  for (const [n, { caller, address }] of asked.entries()) {
    const get = await ask('GET', bus.url + address, caller)
    const head = heads[n] ?? assert.fail()
    const shown = address.startsWith(uploads) ? without(head, ofUploads) : head
    const left = following.some((part) => address.includes(part)) ? ofFollowing : []
    assert.deepEqual(without(shown, left), without(get, left), address)
  }
})
