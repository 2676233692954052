import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import type { InboundItem } from '../connector.ts'
import { completed, type Definition, filled, type Opened, open, poll, record } from './fixtures/open.ts'
import { delivery, items, sampleItem, settingsFor } from './fixtures/settings.ts'
import { json, type Seen, startApi } from './fixtures/small-api.ts'
import rest from './index.ts'

describe('rest: polling', () => {
  it('turns items into events and goes on after the greatest id', async (t) => {
    const records = [record(9), record(10), record(11), record(12)]
    const api = await startApi(t, ({ url }, response) => {
      const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0)
      json(response, 200, { records: records.filter((one) => Number(Object(one).id) > after).slice(0, 3) })
    })
    const opened = await open(t, settingsFor(api.url))
    const first = await poll(opened)
    assert.equal(first.more, true)
    assert.deepEqual(
      first.items.map(({ reference }) => reference),
      [9, 10, 11].map((id) => `${id}@${sampleItem.capNhat}`)
    )
    assert.deepEqual(Object(first.items[0]).event, {
      type: 'dossier.status-changed.v1',
      subject: '000.00.91.H03-261122-0009',
      recipients: ['000.00.92.H03'],
      data: {
        dossierCode: '000.00.91.H03-261122-0009',
        status: '4',
        content: 'Thẩm định hồ sơ',
        changedAt: '2026-11-22T02:00:00.000Z'
      }
    })
    const second = await poll(opened, first.cursor)
    assert.equal(second.items.length, 1)
    assert.equal(second.more, false)
    assert.equal((await poll(opened, second.cursor)).items.length, 0)
    assert.deepEqual(
      api.seen.map(({ url }) => url),
      ['/records?limit=3', '/records?limit=3&after=11', '/records?limit=3&after=12']
    )
  })

  it('quarantines a bad item with what it came as, passes over one that the map does not want, and keeps the rest', async (t) => {
    const records = [
      record(1, { capNhat: 'yesterday' }),
      record(2, { trangThai: 0 }),
      record(3),
      { noiDung: 'no id' }
    ]
    const api = await startApi(t, (_, response) => json(response, 200, { records }))
    const opened = await open(t, {
      ...settingsFor(api.url),
      poll: { ...Object(settingsFor(api.url).poll), pageSize: 100 }
    })
    const { items: found } = await poll(opened)
    assert.equal(found.length, 3)
    const [dated, good, nameless] = found.map((item) => Object(item))
    assert.equal(dated.fault.code, 'BUS_ITEM_INVALID')
    assert.deepEqual(JSON.parse(dated.raw), records[0])
    assert.equal(good.reference, `3@${sampleItem.capNhat}`)
    assert.equal(dated.reference, '1@yesterday')
    assert.match(nameless.reference, /^sha256:/)
    const parsed = await opened.definition.parse?.(
      Buffer.from(JSON.stringify(record(1))),
      dated.reference,
      opened.io
    )
    assert.equal(Object(parsed).event.subject, '000.00.91.H03-261122-0001')
  })

  it('quarantines data that do not match the schema of the event type', async (t) => {
    const api = await startApi(t, (_, response) =>
      json(response, 200, { records: [record(1, { noiDung: 5 })] })
    )
    const { items: found } = await poll(await open(t, settingsFor(api.url)))
    assert.equal(Object(found[0]).fault.code, 'BUS_PAYLOAD_INVALID')
  })

  it('keeps ids beyond 2^53 exact', async (t) => {
    const api = await startApi(t, (_, response) =>
      response.end(`{"records":[${JSON.stringify(sampleItem).replace('"id":17', '"id":9007199254740993')}]}`)
    )
    const { items: found } = await poll(await open(t, settingsFor(api.url)))
    assert.match(found[0]?.reference ?? '', /^9007199254740993@/)
  })

  it('passes over what its own deliveries made', async (t) => {
    const api = await startApi(t, ({ method }, response) =>
      method === 'POST'
        ? json(response, 201, { id: 2 })
        : json(response, 200, { records: [record(1), record(2)] })
    )
    const opened = await open(t, settingsFor(api.url))
    opened.io.keep((await opened.definition.outbound?.deliver?.(opened.session, completed, opened.io))?.marks)
    assert.deepEqual(
      (await poll(opened)).items.map(({ reference }) => reference),
      [`1@${sampleItem.capNhat}`]
    )
  })

  it('one item that would never end is quarantined alone', async (t) => {
    const looping = {
      ...items,
      map: `noiDung = "vòng lặp" ? ($f := function($n) { $f($n + 1) }; $f(0)) : ${items.map}`
    }
    const raw = settingsFor('')
    const api = await startApi(t, (_, response) =>
      json(response, 200, { records: [record(1), record(2, { noiDung: 'vòng lặp' }), record(3)] })
    )
    const opened = await open(t, { ...raw, baseUrl: api.url, poll: { ...Object(raw.poll), ...looping } })
    const { items: found } = await poll(opened)
    assert.deepEqual(
      found.map((item) => 'event' in item),
      [true, false, true]
    )
    assert.match(Object(found[1]).fault.message, /more time or memory/)
    assert.equal(found[1]?.reference, `2@${sampleItem.capNhat}`)
  })

  const answers: Record<string, (response: Parameters<Parameters<typeof startApi>[1]>[1]) => void> = {
    'no JSON': (response) => response.end('<html>'),
    'no UTF-8': (response) => response.end(Buffer.from([0x22, 0xff, 0x22])),
    'an error': (response) => json(response, 500, {}),
    'too many requests': (response) => response.writeHead(429, { 'retry-after': '3' }).end()
  }
  for (const [what, answer] of Object.entries(answers)) {
    it(`an outside that answers with ${what} is asked again later`, async (t) => {
      const api = await startApi(t, (_, response) => answer(response))
      await assert.rejects(poll(await open(t, settingsFor(api.url))), (error: BusError) => {
        assert.equal(error.code, 'BUS_PEER_FAILED')
        assert.equal(error.waitMs, what === 'too many requests' ? 3000 : undefined)
        return true
      })
    })
  }

  it('goes on after a full page of bad items', async (t) => {
    const records = [1, 2, 3].map((id) => record(id, { capNhat: 'never' }))
    const api = await startApi(t, ({ url }, response) => {
      const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0)
      json(response, 200, { records: [...records, record(4)].slice(after, after + 3) })
    })
    const opened = await open(t, settingsFor(api.url))
    const { cursor, more } = await poll(opened)
    assert.equal(more, true)
    assert.deepEqual(
      (await poll(opened, cursor)).items.map((item) => 'event' in item),
      [true]
    )
  })

  it('10,000 items of which 1 % are bad: the bad ones are quarantined, each good one is an event once', async (t) => {
    const records = Array.from({ length: 10_000 }, (_, index) =>
      record(index + 1, index % 100 === 7 ? { capNhat: 'never' } : {})
    )
    const api = await startApi(t, ({ url }, response) => {
      const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0)
      json(response, 200, { records: records.slice(after, after + 1000) })
    })
    const raw = settingsFor(api.url)
    const opened = await open(t, { ...raw, poll: { ...Object(raw.poll), pageSize: 1000 } })
    const found: InboundItem[] = []
    for (let polled = await poll(opened); ; polled = await poll(opened, polled.cursor)) {
      found.push(...polled.items)
      if (!polled.more) break
    }
    assert.equal(new Set(found.map(({ reference }) => reference)).size, 10_000)
    assert.equal(found.filter((item) => 'fault' in item).length, 100)
  })

  it('two instances of one outside that carry each other’s items come to an end', async (t) => {
    const records: object[] = [record(1)]
    const api = await startApi(t, ({ method, body }, response) => {
      if (method !== 'POST') return json(response, 200, { records })
      const id = records.push({ ...JSON.parse(body), id: records.length + 1 })
      json(response, 201, { id })
    })
    const copy = {
      ...delivery,
      type: items.type,
      path: '/records',
      body: '{ "soHoSo": data.dossierCode, "trangThai": 4, "noiDung": data.content, "capNhat": data.changedAt, "maSuKien": hash }',
      sample: { dossierCode: 'H03-1', status: '4', content: 'x', changedAt: '2026-11-22T02:00:00.000Z' }
    }
    const raw = settingsFor(api.url)
    const both = {
      ...raw,
      poll: { ...Object(raw.poll), pageSize: 100, map: `$exists(maSuKien) ? null : (${items.map})` },
      deliver: { requests: [copy] }
    }
    const instances = [await open(t, both), await open(t, both)]
    const seen = new Set<string>()
    for (let round = 0; round < 5; round += 1) {
      for (const [at, { definition, session, io }] of instances.entries()) {
        for (const item of (await poll(instances[1 - at] as Opened)).items) {
          if (!('event' in item) || seen.has(`${at} ${item.reference}`)) continue
          seen.add(`${at} ${item.reference}`)
          const event = { ...completed.event, ...item.event } as unknown as BusEvent
          io.keep((await definition.outbound?.deliver?.(session, { ...completed, event }, io))?.marks)
        }
      }
    }
    assert.equal(records.length, 3)
  })

  it('says that a full page brings it no further', async (t) => {
    const api = await startApi(t, (_, response) =>
      json(response, 200, { records: [record(1), record(1), record(1)] })
    )
    const opened = await open(t, settingsFor(api.url))
    const { cursor } = await poll(opened)
    await assert.rejects(poll(opened, cursor), { fault: 'rest:cursorStuck' })
  })
})

describe('rest: delivering', () => {
  it('sends the mapped body to the escaped path, with the hash of the event', async (t) => {
    const api = await startApi(t, (_, response) => json(response, 201, { id: 5 }))
    const { definition, session, io } = await open(t, settingsFor(api.url))
    const strange = {
      ...completed.event,
      data: { ...delivery.sample, dossierCode: 'a/../b?c' }
    } as unknown as BusEvent
    await definition.outbound?.deliver?.(session, { ...completed, event: strange }, io)
    const [seen] = api.seen as [Seen]
    assert.equal(seen.url, '/results/a%2F..%2Fb%3Fc')
    assert.equal(seen.headers['idempotency-key'], completed.hash)
    assert.deepEqual(JSON.parse(seen.body), {
      maHoSo: 'a/../b?c',
      ketQua: 'Đã trả kết quả',
      maSuKien: completed.hash
    })
  })

  const results = {
    422: 'BUS_PEER_REFUSED',
    403: 'BUS_PEER_FAILED',
    503: 'BUS_PEER_FAILED',
    401: 'BUS_PEER_CREDENTIALS'
  }
  for (const [status, code] of Object.entries(results)) {
    it(`tells the host what ${status} means`, async (t) => {
      const api = await startApi(t, (_, response) => json(response, Number(status), {}))
      const { definition, session, io } = await open(t, settingsFor(api.url))
      await assert.rejects(async () => definition.outbound?.deliver?.(session, completed, io), { code })
    })
  }

  it('takes a status for done where the settings say so', async (t) => {
    const api = await startApi(t, (_, response) => json(response, 409, {}))
    const raw = settingsFor(api.url)
    const opened = await open(t, { ...raw, deliver: { requests: [{ ...delivery, alreadyDone: [409] }] } })
    await opened.definition.outbound?.deliver?.(opened.session, completed, opened.io)
  })

  it('asks the outside whether an event has arrived', async (t) => {
    let status = 404
    const api = await startApi(t, (_, response) => json(response, status, { id: 1 }))
    const { definition, session, io } = await open(t, settingsFor(api.url))
    const lookUp = () => definition.outbound?.lookUp?.(session, completed, io)
    assert.equal(await lookUp(), 'not-done')
    status = 200
    assert.deepEqual(await lookUp(), { marks: { 'own 1': completed.hash } })
    assert.equal(api.seen[0]?.url, `/results/${delivery.sample.dossierCode}`)
  })
})

describe('rest: authentication', () => {
  const kinds = [
    [{ kind: 'apiKey', secret: 'k', header: 'X-Key' }, 'x-key', 'k'],
    [
      { kind: 'basic', user: 'u', secret: 'mật khẩu' },
      'authorization',
      `Basic ${Buffer.from('u:mật khẩu').toString('base64')}`
    ]
  ] as const
  for (const [auth, header, value] of kinds) {
    it(`sends ${auth.kind}`, async (t) => {
      const api = await startApi(t, (_, response) => json(response, 200, { records: [] }))
      await poll(await open(t, { ...settingsFor(api.url), auth }))
      assert.equal(api.seen[0]?.headers[header], value)
    })
  }

  it('fetches one OAuth 2 token for many requests, and another when it ends', async (t) => {
    let expires = 3600
    let tokens = 0
    const api = await startApi(t, ({ url }, response) => {
      if (url !== '/token') return json(response, 200, { records: [] })
      tokens += 1
      json(response, 200, { access_token: `t${tokens}`, token_type: 'Bearer', expires_in: expires })
    })
    const auth = { kind: 'oauth2', user: 'bus', secret: 's', tokenUrl: `${api.url}/token`, scope: 'records' }
    const opened = await open(t, { ...settingsFor(api.url), auth })
    await Promise.all([poll(opened), poll(opened)])
    assert.equal(tokens, 1)
    assert.equal(api.seen[0]?.body, 'grant_type=client_credentials&scope=records')
    assert.equal(api.seen.at(-1)?.headers.authorization, 'Bearer t1')
    expires = 0
    const short = await open(t, { ...settingsFor(api.url), auth })
    await poll(short)
    assert.equal(tokens, 3)
  })

  it('says that credentials are not accepted', async (t) => {
    const api = await startApi(t, (_, response) => json(response, 400, { error: 'invalid_client' }))
    const auth = { kind: 'oauth2', user: 'bus', secret: 's', tokenUrl: `${api.url}/token` }
    await assert.rejects(open(t, { ...settingsFor(api.url), auth }), {
      code: 'BUS_PEER_CREDENTIALS',
      message: /invalid_client/
    })
  })
})

describe('rest: receiving', () => {
  const body = JSON.stringify({ records: [record(1), record(2, { capNhat: 'never' })] })
  const sign = (text: string): string =>
    `sha256=${createHmac('sha256', 'a shared secret').update(text).digest('hex')}`
  const callback = (signature: string, text = body): Request =>
    new Request('http://bus/receive', { method: 'POST', body: text, headers: { 'x-signature': signature } })
  const opened = async (t: TestContext) => {
    const settings = filled(settingsFor('http://127.0.0.1:1'))
    const io = connectorIo(t)
    const definition = (rest.forSettings?.(settings) ?? rest) as Definition
    return { io, receive: (request: Request) => definition.receive?.(settings, request, io) }
  }

  it('takes a signed callback and tells what became of each item', async (t) => {
    const { receive } = await opened(t)
    const received = await receive(callback(sign(body)))
    assert.equal(received?.items.length, 2)
    const answer = received?.respond(['repeated', { quarantined: Object(received.items[1]).fault }])
    assert.equal(answer?.status, 202)
    const outcomes = (await answer?.json()) as { readonly items: readonly { readonly result: string }[] }
    assert.deepEqual(
      outcomes.items.map(({ result }) => result),
      ['repeated', 'quarantined']
    )
  })

  it('parses nothing that is not signed', async (t) => {
    const { receive, io } = await opened(t)
    const asked = t.mock.method(io, 'compute')
    for (const signature of [
      '',
      sign(`${body} `),
      sign(body).slice(0, -2),
      sign(body).replace('sha256=', ''),
      'sha256=zz'
    ]) {
      await assert.rejects(async () => receive(callback(signature)), { code: 'BUS_TOKEN_INVALID' })
    }
    await assert.rejects(async () => receive(callback(sign(body), '{')), { code: 'BUS_TOKEN_INVALID' })
    assert.equal(asked.mock.callCount(), 0)
  })

  it('rejects a signed callback that is no JSON, or larger than 1 MiB', async (t) => {
    const { receive } = await opened(t)
    await assert.rejects(async () => receive(callback(sign('{'), '{')), { code: 'BUS_ITEM_INVALID' })
    const large = 'x'.repeat(1_048_577)
    await assert.rejects(async () => receive(callback(sign(large), large)), { code: 'BUS_REQUEST_TOO_LARGE' })
  })
})

describe('rest: settings', () => {
  const faulty: Record<string, [object, RegExp]> = {
    'no half at all': [{ poll: undefined, deliver: undefined, receive: undefined }, /at least one of/],
    'a plain address': [{ allowPlainHttp: false }, /must be https/],
    'a private address': [{ allowPrivateAddresses: false }, /private/],
    'a map that does not compile': [
      { poll: { path: '/x', cursor: { by: 'id', parameter: 'a' }, ...items, map: '{' } },
      /poll\/sample.*map/
    ],
    'a map whose result does not match the schema': [
      {
        poll: {
          path: '/x',
          cursor: { by: 'id', parameter: 'a' },
          ...items,
          map: '{ "subject": soHoSo, "data": {} }'
        }
      },
      /poll\/sample.*dossierCode/
    ],
    'an event type that the bus does not have': [
      { receive: { secret: 's', ...items, type: 'none.such.v1' } },
      /receive\/type none.such.v1 is not registered/
    ],
    'a body that cannot be evaluated': [
      { deliver: { requests: [{ ...delivery, body: '$error("x")' }] } },
      /requests\/0\/sample/
    ],
    'two requests for one type': [{ deliver: { requests: [delivery, delivery] } }, /has a request already/],
    'no user for basic': [{ auth: { kind: 'basic', secret: 's' } }, /auth\/user/],
    'two secrets': [{ auth: { kind: 'apiKey', secret: 's', secretFile: 'f' } }, /either secret or secretFile/]
  }
  for (const [what, [change, says]] of Object.entries(faulty)) {
    it(`tells of ${what}`, async (t) => {
      const changed = Object.entries({ ...settingsFor('http://127.0.0.1:1'), ...change })
      const raw = Object.fromEntries(changed.filter(([, value]) => value !== undefined))
      const problems = await rest.checkSettings?.(filled(raw), connectorIo(t))
      assert.match(problems?.join('\n') ?? '', says)
    })
  }

  it('previews both ways without asking the outside', async (t) => {
    const secret = { 'X-Key': 'a key in a header' }
    const settings = filled({
      ...settingsFor('http://127.0.0.1:1'),
      headers: secret,
      deliver: { requests: [{ ...delivery, headers: { 'X-Other': secret['X-Key'] } }] }
    })
    const io = connectorIo(t)
    const shown = (await rest.preview?.(settings, undefined, io)) ?? []
    assert.deepEqual(
      shown.map(({ becomes }) => becomes),
      ['published', 'published', 'sent']
    )
    assert.equal(Object(shown[2]?.content).url, `http://127.0.0.1:1/results/${delivery.sample.dossierCode}`)
    const event = Buffer.from(JSON.stringify(completed.event))
    assert.deepEqual(
      (await rest.preview?.(settings, event, io))?.map(({ becomes }) => becomes),
      ['sent']
    )
    const outside = Buffer.from(JSON.stringify({ records: [record(1)] }))
    assert.deepEqual(
      (await rest.preview?.(settings, outside, io))?.map(({ becomes }) => becomes),
      ['published', 'published']
    )
    assert.doesNotMatch(JSON.stringify(shown), /a shared secret|a key in a header/)
    assert.equal(Object(shown[2]?.content).headers['X-Key'], '…')
  })
})
