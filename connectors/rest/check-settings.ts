import { BusError } from '#protocol/errors/bus-error.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../connector.ts'
import { isAllowedAddress, literalAddressOf } from '../shared-formats/http/addresses.ts'
import { cursorProblems, formProblems } from './check-expressions.ts'
import { codecOf } from './inbound/to-items.ts'
import { previewItems, previewLookUp, previewRequest } from './preview.ts'
import type { AuthSettings, DeliverSettings, ItemsSettings, RestSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. The expressions are tried with the samples. */
export async function checkSettings(settings: RestSettings, io: ConnectorIo): Promise<readonly string[]> {
  const { poll, deliver, receive, auth, tls } = settings
  const halves = [poll, deliver, receive]
  return [
    ...urlProblems(settings),
    ...authProblems(auth),
    ...headerProblems(settings),
    ...(receive ? secretProblems(receive, '/receive') : []),
    ...((tls.certificateFile === undefined) === (tls.keyFile === undefined)
      ? []
      : ['/tls needs certificateFile and keyFile together']),
    ...(halves.some(Boolean) ? [] : ['/ needs at least one of poll, deliver and receive']),
    ...(poll ? await itemsProblems(poll, '/poll', io) : []),
    ...(poll ? await cursorProblems(poll, io) : []),
    ...formProblems(settings),
    ...(poll &&
    receive &&
    poll.type !== receive.type &&
    poll.id === receive.id &&
    poll.version === receive.version
      ? [
          '/receive/id names items as /poll/id does, although their types differ: prefix one of them, as in `"payment-" & id`'
        ]
      : []),
    ...(receive ? await itemsProblems(receive, '/receive', io) : []),
    ...(deliver ? await deliverProblems(deliver, io) : [])
  ]
}

function urlProblems({
  baseUrl,
  auth,
  proxy,
  allowPlainHttp,
  allowPrivateAddresses
}: RestSettings): readonly string[] {
  const urls = { '/baseUrl': baseUrl, '/auth/tokenUrl': auth.tokenUrl }
  const isOddProxy = proxy !== undefined && !/^https?:/i.test(proxy)
  const odd = isOddProxy ? ['/proxy must be http:// or https://'] : []
  const problems = Object.entries(urls).flatMap(([place, text]) => {
    const url = text === undefined ? null : URL.parse(text)
    if (!url) return []
    const address = literalAddressOf(url)
    return [
      ...(url.protocol === 'https:' || (allowPlainHttp && url.protocol === 'http:')
        ? []
        : [`${place} must be https:// (or http:// with allowPlainHttp)`]),
      ...(url.username + url.password + url.search + url.hash === ''
        ? []
        : [`${place} must have no user, password, query or fragment`]),
      ...(address === undefined || isAllowedAddress(address, allowPrivateAddresses)
        ? []
        : [`${place} has an address that is reserved, or private without allowPrivateAddresses`])
    ]
  })
  return [...odd, ...problems]
}

function authProblems(auth: AuthSettings): readonly string[] {
  const { kind, user, tokenUrl } = auth
  if (kind === 'none') return []
  return [
    ...secretProblems(auth, '/auth'),
    ...(kind !== 'apiKey' && user === undefined ? [`/auth/user is missing for ${kind}`] : []),
    ...(kind === 'oauth2' && tokenUrl === undefined ? ['/auth/tokenUrl is missing for oauth2'] : [])
  ]
}

/** What describes the connection is the client's, and a header with credentials would be one of two. */
function headerProblems({ headers, deliver, auth }: RestSettings): readonly string[] {
  const forbidden = ['content-length', 'transfer-encoding', 'host', 'connection']
  if (auth.kind === 'apiKey') forbidden.push(auth.header.toLowerCase())
  else if (auth.kind !== 'none') forbidden.push('authorization')
  const places: (readonly [string, string])[] = [
    ...Object.keys(headers).map((name) => ['/headers', name] as const),
    ...(deliver?.requests ?? []).flatMap(({ headers: own }, index) =>
      Object.keys(own).map((name) => [`/deliver/requests/${index}/headers`, name] as const)
    )
  ]
  return places
    .filter(([, name]) => forbidden.includes(name.toLowerCase()))
    .map(([place, name]) => `${place}/${name} is set by the bus: remove it`)
}

function secretProblems(
  { secret, secretFile }: { readonly secret?: string; readonly secretFile?: string },
  place: string
): readonly string[] {
  const isOne = (secret === undefined) !== (secretFile === undefined)
  return [
    ...(isOne ? [] : [`${place} needs either secret or secretFile`]),
    ...(secret?.trim() === '' ? [`${place}/secret is empty`] : [])
  ]
}

async function itemsProblems(
  settings: ItemsSettings,
  place: string,
  io: ConnectorIo
): Promise<readonly string[]> {
  const unknown = unknownType(settings.type, `${place}/type`, io)
  const previews = await previewItems(settings, [JSON.stringify(settings.sample)], io)
  const problems = previews
    .filter(({ becomes }) => becomes !== 'published')
    .map(
      ({ content }) =>
        `${place}/sample becomes no event: ${'reason' in content ? content.reason : 'map gives nothing'}`
    )
  return [...unknown, ...problems]
}

async function deliverProblems(
  { requests, idempotencyHeader }: DeliverSettings,
  io: ConnectorIo
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const [index, request] of requests.entries()) {
    const place = `/deliver/requests/${index}`
    const { type, sample } = request
    if (requests.findIndex((other) => other.type === type) !== index) {
      problems.push(`${place}/type ${type} has a request already`)
    }
    problems.push(...unknownType(type, `${place}/type`, io))
    const data = sample as JsonObject
    const failed = await problemOf(async () => {
      codecOf(io.eventSchema(type))?.encode(data, 0)
      await previewRequest(request, { data }, { idempotencyHeader, io })
      if (request.lookUp) await previewLookUp(request.lookUp, request.type, { data, io })
    })
    if (failed !== undefined) problems.push(`${place}/sample: ${failed}`)
  }
  return problems
}

function unknownType(type: string, place: string, io: ConnectorIo): readonly string[] {
  return io.eventSchema(type) === undefined ? [`${place} ${type} is not registered on this bus`] : []
}

async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof BusError) return error.message
    throw error
  }
}
