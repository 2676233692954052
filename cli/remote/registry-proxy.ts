import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { SchemaReference } from '#bus/registry/schema-reference.ts'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { createSigner } from '#client/signer.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { resourceOfSubject, typeOfSubject } from '#protocol/events/event-subjects.ts'
import { readKey } from '#runtime/keyring.ts'

export interface RegistryProxyOptions {
  /** The gateway's public URL. */
  readonly gateway: string
  /** The system it speaks for, and the file of its private key. */
  readonly system: string
  readonly keyFile: string
  /** 0 picks a free one. */
  readonly port: number
}

export interface RegistryProxy {
  readonly url: string
  close(): Promise<void>
}

const mediaType = 'application/vnd.schemaregistry.v1+json'
/** What the gateway answers where a signed act would do it. */
const needsAct = 40_302
const maxBodyBytes = 1_048_576
const timeoutMs = 60_000
/** How often another act may come first. */
const tries = 5

/**
 * Speaks the Confluent Schema Registry API on loopback for clients that know
 * nothing of signed acts: every request goes on to the gateway under a token of
 * the system's, and what would change something becomes an act that it signs.
 * Whatever a client sends to log in is let be: whoever reaches the port acts as
 * the system.
 */
export async function startRegistryProxy(options: RegistryProxyOptions): Promise<RegistryProxy> {
  const { gateway, system, keyFile, port } = options
  const key = (await readKey(keyFile)).privateJwk
  const client = await createClient({ gateway, system, key, language: 'en' })
  const signer = await createSigner({ system, key, audience: gateway })

  const ask = async ({ method, path, body, language }: Asked): Promise<Answer> => {
    const response = await fetch(addressOf(gateway, path), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${await signer.plain()}`,
        accept: mediaType,
        'accept-language': language,
        ...(body.length > 0 ? { 'content-type': mediaType } : {})
      },
      ...(body.length > 0 ? { body } : {})
    })
    return { status: response.status, text: await response.text() }
  }

  /** The same with the number of the newest version where a client says `latest`. */
  const numbered = async (asked: Asked): Promise<Asked> => {
    const [, before, query = ''] = /^([^?]*\/versions\/)(?:latest|-1)(\?.*)?$/.exec(asked.path) ?? []
    if (before === undefined) return asked
    const { text } = await ask({ ...asked, method: 'GET', path: `${before}latest`, body: Buffer.alloc(0) })
    const { version } = JSON.parse(text) as { readonly version: number }
    return { ...asked, path: `${before}${version}${query}` }
  }

  const lastOn = async (resource: string): Promise<string | null> => {
    try {
      return (await client.get<{ readonly last?: string }>(`/v1/schemas${resource}`)).last ?? null
    } catch (error) {
      if (error instanceof GatewayError && error.problem.status === 404) return null
      throw error
    }
  }

  const answer = async (asked: Asked, left = tries): Promise<Answer> => {
    const first = await ask(asked)
    if (first.status !== 403 || errorCodeOf(first.text) !== needsAct) return first
    const change = changeOf(await numbered(asked))
    if (!change) return first
    const told = await change.told?.(ask)
    try {
      await client.act('/v1/schemas', { ...change.act, previous: await lastOn(change.act.resource) })
    } catch (error) {
      const wasLate = error instanceof GatewayError && error.problem.code === 'BUS_ACT_CONFLICT'
      if (!wasLate || left === 1) throw error
      return answer(asked, left - 1)
    }
    return told ?? ask(asked)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    reply(
      response,
      await take(request)
        .then((asked) => answer(asked))
        .catch(failed)
    )
  }
  const server = createServer((request, response) => void handle(request, response))
  await listen(server, port)
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

/** Nothing but the registry is reached through here, however a path is spelt. Throws `BUS_NOT_FOUND`. */
function addressOf(gateway: string, path: string): URL {
  const base = `${gateway}/registry`
  const address = URL.parse(base + path)
  if (address?.href.startsWith(`${base}/`)) return address
  throw new BusError('BUS_NOT_FOUND', 'not-found')
}

interface Asked {
  readonly method: string
  /** Below `/registry`, with its query. */
  readonly path: string
  readonly body: Buffer<ArrayBuffer>
  readonly language: string
}

interface Answer {
  readonly status: number
  readonly text: string
}

interface Change {
  readonly act: { readonly act: string; readonly resource: string; readonly [member: string]: unknown }
  /** What to answer, asked before it is done; absent: what the gateway answers to the same request after it. */
  readonly told?: (ask: (asked: Asked) => Promise<Answer>) => Promise<Answer>
}

/** The act a request of that API asks for; the gateway has checked the request. */
function changeOf({ method, path, body, language }: Asked): Change | undefined {
  const { pathname, searchParams } = new URL(path, 'http://registry')
  const [kind = '', subject = '', , version] = pathname.slice(1).split('/').map(decodeURIComponent)
  const isPermanent = searchParams.get('permanent') === 'true'
  const get = (path: string): Asked => ({ method: 'GET', path, body: Buffer.alloc(0), language })
  if (kind === 'config') {
    const resource = subject === '' ? '/registry' : resourceOfSubject(subject)
    const level = method === 'PUT' ? levelIn(body) : null
    const act = { act: 'registry-config.changed', resource, compatibility: level }
    return method === 'PUT' ? { act } : { act, told: (ask) => ask(get(pathname)) }
  }
  const resource = resourceOfSubject(subject)
  if (method === 'POST') {
    const { schema, references } = JSON.parse(body.toString()) as {
      readonly schema: string
      readonly references?: readonly SchemaReference[] | null
    }
    const type = typeOfSubject(subject)
    const members = {
      ...(type ? { type } : {}),
      schema,
      ...(references?.length ? { references: references.map(toReference) } : {})
    }
    return { act: { act: 'schema.registered', resource, ...members } }
  }
  if (method !== 'DELETE') return undefined
  const act = { act: 'schema.deleted', resource, ...(isPermanent ? { permanent: true } : {}) }
  const shown = `/subjects/${encodeURIComponent(subject)}/versions`
  const deleted = isPermanent ? '?deleted=true' : ''
  if (version === undefined) return { act, told: (ask) => ask(get(shown + deleted)) }
  return /^[1-9][0-9]*$/.test(version)
    ? { act: { ...act, version: Number(version) }, told: async () => ({ status: 200, text: version }) }
    : undefined
}

/** Without what only other registries know. */
function toReference({ name, subject, version }: SchemaReference): object {
  return { name, subject, version }
}

function levelIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { readonly compatibility: string }).compatibility.toUpperCase()
}

function errorCodeOf(text: string): number | undefined {
  try {
    return (JSON.parse(text) as { readonly error_code?: number }).error_code
  } catch {
    return undefined
  }
}

/** Refuses what a page in this machine's browser may send: whatever comes here is signed. */
function checkLocal({ headers }: IncomingMessage): void {
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(headers.host ?? '')
  if (headers.origin !== undefined || !isLocal) throw new BusError('BUS_NOT_PERMITTED', 'proxy-is-local')
}

async function take(request: IncomingMessage): Promise<Asked> {
  checkLocal(request)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes)
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit: maxBodyBytes } })
    chunks.push(chunk)
  }
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    body: Buffer.concat(chunks),
    language: request.headers['accept-language'] ?? 'en'
  }
}

/** What went wrong at the act or on the way, as that API says it. */
function failed(error: unknown): Answer {
  const said = (status: number, message: string): Answer => ({
    status,
    text: JSON.stringify({ error_code: status * 100 + 1, message })
  })
  if (error instanceof GatewayError) {
    const { status, title, detail } = error.problem
    return said(status, detail ?? title)
  }
  if (error instanceof BusError) return said(error.status, error.message)
  return said(502, `The gateway does not answer: ${String(error)}`)
}

function reply(response: ServerResponse, { status, text }: Answer): void {
  response.writeHead(status, { 'content-type': mediaType, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

async function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
}
