import assert from 'node:assert/strict'
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Json } from '#protocol/events/json.ts'
import { signJws } from '#protocol/trust/compact-jws.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { codes, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** ATTACKS 2.1, over HTTP: each row is sent to a running bus. */

const cleanups: (() => unknown)[] = []
let bus: TestBus
before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

type Claims = Record<string, unknown>

function claims(changes: Claims = {}): Claims {
  const iat = Math.floor(Date.now() / 1000)
  return {
    iss: systemOf('A'),
    sub: codes.A,
    aud: bus.url,
    iat,
    exp: iat + 120,
    jti: randomUUID(),
    ...changes
  }
}

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token with any header, signed by A's key as if it were good. */
async function token(header: Record<string, unknown>, payload: Claims | string): Promise<string> {
  const { privateJwk } = bus.keys.A
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey('jwk', { ...privateJwk, alg: 'Ed25519' }, 'Ed25519', false, ['sign'])
  const input = `${encode({ alg: 'EdDSA', typ: 'lienthong+jwt', kid: privateJwk.kid, ...header })}.${encode(payload)}`
  const signature = Buffer.from(await subtle.sign('Ed25519', key, Buffer.from(input))).toString('base64url')
  return `${input}.${signature}`
}

const read = (bearer: string) => send(`${bus.url}/v1/inbox`, { token: bearer })

const now = (): number => Math.floor(Date.now() / 1000)

/** What must be refused with one and the same 401. */
const refused: Readonly<Record<string, () => Promise<string> | string>> = {
  'alg none': () => `${encode({ alg: 'none', typ: 'lienthong+jwt', kid: 'key-A' })}.${encode(claims())}.`,
  'alg nOnE with a signature': () => token({ alg: 'nOnE' }, claims()),
  'no alg': () => token({ alg: undefined }, claims()),
  'an alg not on the list': () => token({ alg: 'ES384' }, claims()),
  'HS256 with the public key as secret': () => {
    const input = `${encode({ alg: 'HS256', typ: 'lienthong+jwt', kid: 'key-A' })}.${encode(claims())}`
    return `${input}.${createHmac('sha256', JSON.stringify(bus.keys.A.publicJwk)).update(input).digest('base64url')}`
  },
  'kid with a path': () => token({ kid: '../../dev/null' }, claims()),
  'kid with SQL': () => token({ kid: "' OR 1=1--" }, claims()),
  'kid with a command': () => token({ kid: '|cmd' }, claims()),
  'kid of 10 KB': () => token({ kid: 'a'.repeat(10_000) }, claims()),
  'kid with NUL': () => token({ kid: 'a\u0000' }, claims()),
  'kid as an array': () => token({ kid: ['key-A'] }, claims()),
  'kid of another agency': () => token({ kid: 'key-B' }, claims()),
  'kid nobody has': () => token({ kid: 'unknown' }, claims()),
  jku: () => token({ jku: 'http://127.0.0.1:9/keys' }, claims()),
  x5u: () => token({ x5u: 'http://127.0.0.1:9/cert' }, claims()),
  x5c: () => token({ x5c: ['AAAA'] }, claims()),
  'an embedded jwk': () => token({ jwk: bus.keys.A.publicJwk }, claims()),
  'b64 false with crit': () => token({ b64: false, crit: ['b64'] }, claims()),
  'unknown crit': () => token({ crit: ['x'], x: 1 }, claims()),
  'empty crit': () => token({ crit: [] }, claims()),
  zip: () => token({ zip: 'DEF' }, claims()),
  'another typ': () => token({ typ: 'JWT' }, claims()),
  'no typ': () => token({ typ: undefined }, claims()),
  'a receipt as a token': () => signJws(claims(), 'lienthong-receipt+jwt', bus.keys.A.signingKey),
  'exp long past': () => token({}, claims({ iat: now() - 86_500, exp: now() - 86_400 })),
  'exp as text': () => token({}, claims({ exp: String(now() + 60) })),
  'exp a fraction': () => token({}, claims({ exp: now() + 60.5 })),
  'exp 1e400': () => token({}, JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e400')),
  'exp negative': () => token({}, claims({ exp: -1 })),
  'no exp': () => token({}, claims({ exp: undefined })),
  'no iat': () => token({}, claims({ iat: undefined })),
  'no jti': () => token({}, claims({ jti: undefined })),
  'no aud': () => token({}, claims({ aud: undefined })),
  'aud as an array': () => token({}, claims({ aud: [bus.url, 'https://elsewhere.example'] })),
  'iss of another agency': () => token({}, claims({ iss: systemOf('B'), sub: codes.B })),
  'iss unknown': () =>
    token({}, claims({ iss: '/agencies/000.00.99.H03/systems/qlvb', sub: '000.00.99.H03' })),
  'iss of the bus': () => token({}, claims({ iss: '/bus/systems/operator', sub: '/bus' })),
  'a claim twice': () => token({}, JSON.stringify(claims()).replace('{', `{"iss":"${systemOf('B')}",`)),
  '__proto__ as a claim': () => token({}, JSON.stringify(claims()).replace('{', '{"__proto__":{},')),
  'a byte order mark': () => token({}, `\ufeff${JSON.stringify(claims())}`),
  'claims that are no object': () => token({}, '[]'),
  'padding in the encoding': async () => `${await token({}, claims())}==`,
  'spare bits in the encoding': async () => {
    const good = await token({}, claims())
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return good.slice(0, -1) + alphabet[alphabet.indexOf(good.slice(-1)) ^ 1]
  },
  'a blank in the encoding': async () => (await token({}, claims())).replace('.', '. '),
  'a changed signature': async () => {
    const good = await token({}, claims())
    const at = good.lastIndexOf('.') + 5
    return good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1)
  },
  'a signature of zeros': async () =>
    (await token({}, claims())).replace(/\.[^.]*$/, `.${Buffer.alloc(64).toString('base64url')}`),
  'four parts': async () => `${await token({}, claims())}.AAAA`,
  'JSON serialisation': async () => {
    const [protectedHeader, payload, signature] = (await token({}, claims())).split('.')
    return JSON.stringify({ protected: protectedHeader, payload, signature })
  },
  'an encrypted token': () =>
    'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA',
  '9 KB': () => token({}, claims({ jti: 'a'.repeat(9000) }))
}

/** Their signature is good: whoever holds the key is told what is wrong. */
const explained: Readonly<Record<string, readonly [make: () => Promise<string>, says: RegExp]>> = {
  'exp past': [
    () => token({}, claims({ iat: now() - 200, exp: now() - 1 })),
    /hết hạn lúc .+; đồng hồ của trục/
  ],
  'exp an hour away': [() => token({}, claims({ exp: now() + 3600 })), /có hạn 3600 giây .+ tối đa 300/],
  'exp 301 s after iat': [() => token({}, claims({ exp: now() + 301 })), /có hạn 301 giây/],
  'exp before iat': [() => token({}, claims({ iat: now() + 20, exp: now() + 10 })), /có hạn -10 giây/],
  'iat in the future': [
    () => token({}, claims({ iat: now() + 40, exp: now() + 100 })),
    /có hiệu lực từ .+; đồng hồ/
  ],
  'nbf in the future': [() => token({}, claims({ nbf: now() + 60 })), /có hiệu lực từ .+; đồng hồ/],
  'another aud': [
    () => token({}, claims({ aud: 'https://elsewhere.example' })),
    /aud của token là https:\/\/elsewhere\.example; phải đúng/
  ],
  'aud with a slash': [() => token({}, claims({ aud: `${bus.url}/` })), /aud của token là .+\/; phải/],
  'aud in upper case': [() => token({}, claims({ aud: bus.url.toUpperCase() })), /aud của token là HTTP/],
  'aud as a prefix': [() => token({}, claims({ aud: bus.url.slice(0, -1) })), /aud của token là/],
  'sub not the agency in iss': [
    () => token({}, claims({ sub: codes.B })),
    /sub của token là 000\.00\.92\.H03; phải là .+ 000\.00\.91\.H03/
  ]
}

describe('tokens that must be refused', () => {
  for (const [what, make] of Object.entries(refused)) {
    it(`answers ${what} with 401 and nothing else`, async () => {
      const { status, body } = await read(await make())
      assert.equal(status, 401)
      assert.equal(body.code, 'BUS_TOKEN_INVALID')
      assert.equal(body.detail, (await read('AAAA.AAAA.AAAA')).body.detail, 'one answer for all')
    })
  }

  for (const [what, [make, says]] of Object.entries(explained)) {
    it(`answers ${what} with 401, says what is wrong to whoever signed it, and nothing to others`, async () => {
      const { status, body } = await read(await make())
      assert.deepEqual([status, body.code], [401, 'BUS_TOKEN_INVALID'])
      assert.match(String(body.detail), says)
      const forged = (await make()).replace(/\.[^.]*$/, `.${Buffer.alloc(64, 1).toString('base64url')}`)
      assert.equal((await read(forged)).body.detail, (await read('AAAA.AAAA.AAAA')).body.detail)
    })
  }

  it('answers a request without a token, or with another scheme, with the same 401', async () => {
    for (const authorization of [undefined, 'Basic AAAA', 'Bearer', 'bearer  x']) {
      const headers = authorization === undefined ? {} : { authorization }
      const { status, body } = await send(`${bus.url}/v1/inbox`, { headers })
      assert.deepEqual([status, body.code], [401, 'BUS_TOKEN_INVALID'])
    }
  })

  it('takes iat up to 30 s ahead, and exp up to 300 s after it', async () => {
    for (const good of [
      claims(),
      claims({ iat: now() + 28, exp: now() + 300 }),
      claims({ exp: now() + 299 })
    ]) {
      assert.equal((await read(await token({}, good))).status, 200)
    }
  })
})

describe('what a token opens', () => {
  const post = (value: object, bearer: string) =>
    send(`${bus.url}/v1/events`, {
      method: 'POST',
      token: bearer,
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(value)
    })
  const submission = async (...events: readonly object[]): Promise<string> =>
    (await signSubmission(events as Json[], claims() as never, bus.keys.A.signingKey)).token

  it('refuses a submission’s token for reading', async () => {
    const { status, body } = await read(await submission(bus.document()))
    assert.deepEqual([status, body.code], [401, 'BUS_TOKEN_INVALID'])
  })

  it('refuses a reading token for publishing', async () => {
    const { status, body } = await post(bus.document(), await token({}, claims()))
    assert.deepEqual([status, body.code], [401, 'BUS_TOKEN_INVALID'])
  })

  it('refuses a submission with one changed byte, another event, one more, or another order', async () => {
    const event = bus.document()
    const other = bus.document()
    const one = await submission(event)
    assert.equal(
      (await post({ ...event, subject: `${event.subject}x` }, one)).body.code,
      'BUS_SUBMISSION_MISMATCH'
    )
    assert.equal((await post(other, one)).body.code, 'BUS_SUBMISSION_MISMATCH')
    const two = await submission(event, other)
    for (const batch of [[event], [other, event], [event, other, bus.document()]]) {
      const { status, body } = await send(`${bus.url}/v1/events`, {
        method: 'POST',
        token: two,
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(batch)
      })
      assert.deepEqual([status, body.code], [401, 'BUS_SUBMISSION_MISMATCH'])
    }
  })

  it('refuses another agency’s event under one’s own token, and one’s own under another’s source', async () => {
    const theirs = { ...bus.document(), source: systemOf('B') }
    const { status, body } = await post(theirs, await submission(theirs))
    assert.deepEqual([status, body.code], [403, 'BUS_NOT_PERMITTED'])
  })

  it('refuses an act’s token for another body, method or path, and for reading', async () => {
    const body = JSON.stringify({ acknowledgements: [{ source: 'x', id: 'y', state: 'accepted' }] })
    const digest = createHash('sha256').update(body).digest('base64url')
    const path = '/v1/inbox/acknowledgements'
    const good = { htm: 'POST', htu: bus.url + path, body: digest }
    const acknowledge = async (bound: object, sent = body) =>
      send(bus.url + path, {
        method: 'POST',
        token: await token({}, claims({ ...bound })),
        headers: { 'content-type': 'application/json' },
        body: sent
      })
    assert.equal((await acknowledge(good)).status, 404, 'the token opens it; there is no such event')
    const put = await acknowledge({ ...good, htm: 'PUT' })
    assert.deepEqual([put.status, put.body.code], [401, 'BUS_TOKEN_INVALID'])
    assert.match(String(put.body.detail), /chỉ dùng cho yêu cầu PUT .+, nhưng được gửi cùng POST /)
    assert.equal((await acknowledge({ ...good, htu: `${bus.url}/v1/agencies` })).status, 401)
    assert.equal((await acknowledge({ ...good, htu: `${bus.url}${path}/` })).status, 401)
    assert.equal((await acknowledge(good, `${body} `)).body.code, 'BUS_SUBMISSION_MISMATCH')
    assert.equal((await acknowledge({})).status, 401)
    assert.match(String((await acknowledge(good)).body.detail), /source và id như ở \/acknowledgements\/0,/)
    assert.equal((await read(await token({}, claims(good)))).status, 401)
  })

  it('answers a replayed submission with the first receipt', async () => {
    const event = bus.document()
    const bearer = await submission(event)
    const first = await post(event, bearer)
    const second = await post(event, bearer)
    assert.deepEqual([first.status, second.status], [202, 202])
    const receiptOf = ({ body }: typeof first) => (body.results as { receipt: unknown }[])[0]?.receipt
    assert.deepEqual(receiptOf(second), receiptOf(first))
  })

  it('takes an ECDSA signature’s twin as the repeat it is', async () => {
    const { privateJwk, publicJwk } = await generateKey('twin', 'ES256')
    const present = await bus.clients.A.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
    await bus.clients.A.act('/v1/systems', {
      act: 'key.added',
      resource: systemOf('A'),
      previous: present.last,
      key: publicJwk
    })
    const event = bus.document()
    const bearer = (
      await signSubmission([event as unknown as Json], claims() as never, await importSigningKey(privateJwk))
    ).token
    assert.equal((await post(event, bearer)).status, 202)
    assert.equal((await post(event, twinOf(bearer))).status, 202)
  })

  it('keeps an old and a new key side by side, refuses the old once it is retired', async () => {
    const { privateJwk, publicJwk } = await generateKey('rotated', 'EdDSA')
    const signing = await importSigningKey(privateJwk)
    const act = async (body: object) => {
      const { last } = await bus.clients.A.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
      return bus.clients.A.act('/v1/systems', { resource: systemOf('A'), previous: last, ...body })
    }
    await act({ act: 'key.added', key: publicJwk })
    const bearer = await signJws(claims(), 'lienthong+jwt', signing)
    assert.equal((await read(bearer)).status, 200)
    assert.equal((await read(await token({}, claims()))).status, 200)
    await act({ act: 'key.retired', kid: 'rotated' })
    assert.equal((await read(bearer)).status, 401)
    assert.equal((await read(await token({}, claims()))).status, 200)
  })

  it('refuses a key that is weak, private, known, or another system’s', async () => {
    const add = async (key: object) => {
      const { last } = await bus.clients.A.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
      const body = { act: 'key.added', resource: systemOf('A'), previous: last, key }
      return bus.clients.A.act('/v1/systems', body).then(
        () => 'taken',
        (error: { problem: { code: string } }) => error.problem.code
      )
    }
    const { privateJwk } = await generateKey('private', 'ES256')
    assert.equal(await add(privateJwk), 'BUS_KEY_INVALID')
    assert.equal(await add({ ...bus.keys.B.publicJwk, kid: 'stolen' }), 'BUS_ACT_CONFLICT')
    assert.equal(
      await add({
        kty: 'RSA',
        kid: 'small',
        alg: 'RS256',
        n: Buffer.alloc(128, 255).toString('base64url'),
        e: 'AQAB'
      }),
      'BUS_KEY_INVALID'
    )
    assert.equal(
      await add({
        kty: 'RSA',
        kid: 'e3',
        alg: 'RS256',
        n: Buffer.alloc(256, 255).toString('base64url'),
        e: 'Aw'
      }),
      'BUS_KEY_INVALID'
    )
    assert.equal(await add({ kty: 'oct', kid: 'hs', k: 'AAAA' }), 'BUS_KEY_INVALID')
    const ed25519 = (x: string) => add({ kty: 'OKP', crv: 'Ed25519', kid: 'ed', x })
    const ofSmallOrder = Buffer.from([1, ...Array(31).fill(0)]).toString('base64url')
    assert.equal(await ed25519(ofSmallOrder), 'BUS_KEY_INVALID')
    assert.equal(
      await ed25519('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'),
      'BUS_KEY_INVALID',
      'of RFC 8037'
    )
  })

  it('answers a suspended system with 403 and a revoked one with 401, in a long poll too', async (t) => {
    const mine = await startTestBus(t)
    const act = async (name: string) => {
      const { last } = await mine.operator.get<{ last: string }>(`/v1/systems${systemOf('C')}`)
      await mine.operator.act('/v1/systems', { act: name, resource: systemOf('C'), previous: last })
    }
    const codeOf = (error: { problem: { code: string } }): string => error.problem.code
    await act('system.suspended')
    assert.equal(await mine.clients.C.page().then(() => 'read', codeOf), 'BUS_NOT_PERMITTED')
    await act('system.resumed')
    const waiting = mine.clients.C.page({ waitSeconds: 10 }).then(() => 'read', codeOf)
    await act('system.revoked')
    const began = performance.now()
    assert.equal(await waiting, 'BUS_TOKEN_INVALID')
    assert.ok(performance.now() - began < 5000, 'out within 5 s')
    assert.equal(await mine.clients.C.page().then(() => 'read', codeOf), 'BUS_TOKEN_INVALID')
  })
})

/** Adds a system of A with a key of its own, and gives what signs for it. */
async function addSystem(on: TestBus, name: string, more: object, validTo?: string) {
  const resource = `/agencies/${codes.A}/systems/${name}`
  const { privateJwk, publicJwk } = await generateKey(name, 'EdDSA')
  const added = await on.operator.act('/v1/systems', {
    act: 'system.added',
    resource,
    previous: null,
    ...more
  })
  let previous = (added as { hash: string }).hash
  const act = async (path: string, body: object): Promise<void> => {
    const done = await on.operator.act(path, { resource, previous, ...body })
    previous = (done as { hash: string }).hash
  }
  const validity = validTo === undefined ? {} : { validTo }
  await act('/v1/systems', { act: 'key.added', key: publicJwk, ...validity })
  await act('/v1/rights', { act: 'right.granted', type: 'document.issued.v1', recipients: '*' })
  const key = await importSigningKey(privateJwk)
  const sign = (changes: Claims = {}): Promise<string> =>
    signJws(claims({ iss: resource, aud: on.url, ...changes }), 'lienthong+jwt', key)
  return { resource, sign, act }
}

describe('a token bound to one request', () => {
  const bound = (on: TestBus): Claims => ({
    htm: 'GET',
    htu: `${on.url}/v1/inbox`,
    exp: now() + 50,
    iat: now()
  })
  const statusOf = async (on: TestBus, bearer: string, path = '/v1/inbox'): Promise<number> =>
    (await send(on.url + path, { token: bearer })).status

  it('opens it once, however many come with it at once, and not after a restart', async (t) => {
    const mine = await startTestBus(t)
    const { sign } = await addSystem(mine, 'bound', { boundOnly: true })
    const token = await sign(bound(mine))
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(mine, token)))
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 19 }, () => 401)]
    )
    const { body } = await send(`${mine.url}/v1/inbox`, { token })
    assert.deepEqual([body.code, /jti/.test(String(body.detail))], ['BUS_TOKEN_INVALID', true])
    assert.equal(await statusOf(mine, await sign(bound(mine))), 200, 'another jti is another token')
    await mine.bus.close()
    const again = await startTestBus(t, { folder: mine.folder, port: Number(new URL(mine.url).port) })
    assert.equal(await statusOf(again, token), 401)
  })

  it('is not spent by a request that a limit refuses', async (t) => {
    const mine = await startTestBus(t, { settings: { gateway: { limits: { requestsPerSecond: 20 } } } })
    const { sign } = await addSystem(mine, 'bound', { boundOnly: true })
    const tokens = await Promise.all(Array.from({ length: 300 }, () => sign(bound(mine))))
    const statuses = await Promise.all(tokens.map((token) => statusOf(mine, token)))
    const refused = tokens[statuses.indexOf(429)] ?? assert.fail('none was refused')
    const isLetIn = async (): Promise<boolean> => {
      const status = await statusOf(mine, refused)
      assert.ok(status === 200 || status === 429, String(status))
      return status === 200
    }
    await until(isLetIn, 10_000)
    let again = 429
    await until(async () => {
      again = await statusOf(mine, refused)
      return again !== 429
    }, 10_000)
    assert.equal(again, 401)
  })

  it('is spent neither by another request nor by another system of the same jti', async (t) => {
    const mine = await startTestBus(t)
    const [one, other] = await Promise.all([addSystem(mine, 'one', {}), addSystem(mine, 'other', {})])
    const jti = randomUUID()
    const token = await one.sign({ ...bound(mine), jti })
    assert.equal(await statusOf(mine, token, '/v1/agencies'), 401)
    assert.equal(await statusOf(mine, await other.sign({ ...bound(mine), jti })), 200)
    assert.equal(await statusOf(mine, token), 200)
    assert.equal(await statusOf(mine, token), 401)
  })
})

it('a system that takes only bound tokens does not publish unsigned', async (t) => {
  const mine = await startTestBus(t)
  const publish = async (system: Awaited<ReturnType<typeof addSystem>>, token: string): Promise<number> => {
    const event = mine.document({ source: system.resource })
    const headers = { 'content-type': 'application/cloudevents+json' }
    const init = { method: 'POST', token, headers, body: JSON.stringify(event) }
    return (await send(`${mine.url}/v1/events`, init)).status
  }
  const both = await addSystem(mine, 'both', { unsigned: true, boundOnly: true })
  const unsigned = await addSystem(mine, 'unsigned', { unsigned: true })
  assert.equal(await publish(unsigned, await unsigned.sign()), 202)
  assert.equal(await publish(both, await both.sign()), 401)
  assert.equal(await publish(both, await both.sign({ htm: 'POST', htu: `${mine.url}/v1/events` })), 401)
})

describe('a key’s end', () => {
  it('ends what its tokens open, those that were verified before and a long poll too, without an act', async (t) => {
    const mine = await startTestBus(t)
    const validTo = new Date(Date.now() + 3000).toISOString()
    const { sign } = await addSystem(mine, 'short', {}, validTo)
    const token = await sign()
    const statusOf = async (path: string): Promise<number> => (await send(mine.url + path, { token })).status
    assert.equal(await statusOf('/v1/inbox'), 200)
    const waiting = statusOf('/v1/inbox?waitSeconds=30')
    assert.equal(await waiting, 401)
    assert.ok(Date.now() >= Date.parse(validTo))
    for (const path of ['/v1/inbox', '/v1/agencies', '/registry/subjects', `/v1/events/${'0'.repeat(64)}`]) {
      assert.equal(await statusOf(path), 401, path)
    }
  })
})

describe('a download', () => {
  for (const how of ['system.suspended', 'system.revoked', 'key.retired']) {
    it(`is broken off in the middle: ${how}`, async (t) => {
      const mine = await startTestBus(t)
      const { act, sign } = await addSystem(mine, 'reader', {})
      const size = 64 * 1_048_576 // More than lies between two ends of a connection.
      const { sha256 } = await mine.clients.A.attach(
        'a.bin',
        'application/octet-stream',
        Buffer.alloc(size, 7)
      )
      const headers = { authorization: `Bearer ${await sign()}` }
      const response = await fetch(`${mine.url}/v1/attachments/${sha256}`, { headers })
      assert.equal(response.headers.get('content-length'), String(size))
      const reader = response.body?.getReader()
      assert.ok(reader)
      let read = (await reader.read()).value?.length ?? 0
      await act('/v1/systems', how === 'key.retired' ? { act: how, kid: 'reader' } : { act: how })
      // It is read slowly, as much as is there at a time, until it ends one way or the other.
      const end = await (async () => {
        for (;;) {
          const { value, done } = await reader.read()
          if (done) return 'whole'
          read += value.length
          await new Promise((resolve) => setTimeout(resolve, read > size / 2 ? 100 : 5))
        }
      })().catch(() => 'broken off')
      assert.equal(end, 'broken off')
      assert.ok(read < size)
    })
  }
})

/** (r, n − s) of an ECDSA signature (r, s) over P-256 verifies too. */
function twinOf(jws: string): string {
  const [header, payload, signature = ''] = jws.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const twin = Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex')
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), twin]).toString('base64url')}`
}
