import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addressOf } from '#gateway/limits/caller-address.ts'
import { LimitsConfig } from '#gateway/limits/limits-config.ts'
import { createRoom } from '#gateway/limits/room.ts'
import { createShares } from '#gateway/limits/shares.ts'
import { createUse } from '#gateway/limits/use.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'

const settings = { limits: {} as LimitsConfig }
fillSettings({ type: 'object', properties: { limits: LimitsConfig } }, settings)
const defaults = settings.limits
const tooMany = { code: 'BUS_TOO_MANY_REQUESTS' }

describe('room for bytes', () => {
  const options = { bytes: 100, maxWaiting: 2, maxWaitMs: 60_000 }

  it('is given in the order asked, also where a later one would fit', async () => {
    const room = createRoom(options)
    assert.equal(room.take(80), undefined)
    const order: string[] = []
    const large = room.take(90)
    const small = room.take(10)
    const letIn = [large?.ready.then(() => order.push('large')), small?.ready.then(() => order.push('small'))]
    room.free(80)
    await Promise.all(letIn)
    assert.deepEqual(order, ['large', 'small'])
  })

  it('is given to one that is larger than all of it, alone', async () => {
    const room = createRoom(options)
    assert.equal(room.take(500), undefined)
    const next = room.take(1)
    assert.ok(next)
    room.free(500)
    await next.ready
  })

  it('is refused where too many wait, and after a wait that is too long', async () => {
    const room = createRoom({ ...options, maxWaitMs: 10 })
    room.take(100)
    const waiting = [room.take(1), room.take(1)]
    await assert.rejects(room.take(1)?.ready ?? Promise.resolve(), tooMany)
    for (const place of waiting) await assert.rejects(place?.ready ?? Promise.resolve(), tooMany)
    room.free(100)
    assert.ok(room.isEmpty)
  })

  it('is not kept for one that has left', async () => {
    const room = createRoom(options)
    room.take(50)
    const gone = room.take(100)
    const next = room.take(50)
    gone?.leave()
    await assert.rejects(gone?.ready ?? Promise.resolve(), tooMany)
    await next?.ready
    room.free(50)
    room.free(50)
    assert.ok(room.isEmpty)
  })
})

describe('shares', () => {
  const sharesOf = (limits: Partial<LimitsConfig>) => {
    let time = 0
    const shares = createShares({ limits: { ...defaults, ...limits }, now: () => time })
    const pass = (ms: number): void => {
      time += ms
    }
    return { shares, pass }
  }

  it('hold an agency to its requests a second, and no other for it', () => {
    const { shares, pass } = sharesOf({ requestsPerSecond: 2 })
    for (const _once of [1, 2]) createUse(shares.of('A'), 0).end()
    pass(400)
    assert.throws(() => createUse(shares.of('A'), 0), { ...tooMany, waitMs: 600 })
    createUse(shares.of('B'), 0).end()
    pass(600)
    createUse(shares.of('A'), 0).end()
  })

  it('hold an agency to its bytes a minute', () => {
    const { shares, pass } = sharesOf({ bytesPerMinute: 1024 })
    createUse(shares.of('A'), 2000).end()
    assert.throws(() => createUse(shares.of('A'), 0), { ...tooMany, waitMs: 60_000 })
    pass(60_000)
    createUse(shares.of('A'), 1024).end()
  })

  it('count bytes that no request announced, and stop them where they are too many', () => {
    const { shares, pass } = sharesOf({ bytesPerMinute: 1024 })
    const stream = createUse(shares.of('A'), 0)
    stream.receive(1000)
    createUse(shares.of('A'), 0)
    stream.receive(1000)
    assert.throws(() => stream.receive(1), { ...tooMany, fault: 'bytes-too-many' })
    assert.throws(() => createUse(shares.of('A'), 0), tooMany)
    pass(60_000)
    stream.receive(1)
  })

  it('hold an agency to its open requests, and count none that was refused', () => {
    const { shares } = sharesOf({ openRequests: 2 })
    const [first] = [createUse(shares.of('A'), 0), createUse(shares.of('A'), 0)]
    for (const _once of [1, 2, 3]) assert.throws(() => createUse(shares.of('A'), 0), tooMany)
    first?.end()
    first?.end()
    createUse(shares.of('A'), 0)
    assert.throws(() => createUse(shares.of('A'), 0), tooMany)
  })

  it('hold an agency to its waiting readers', () => {
    const { shares } = sharesOf({ longPolls: 1 })
    const [first, second] = [createUse(shares.of('A'), 0), createUse(shares.of('A'), 0)]
    first.beginLongPoll()
    assert.throws(() => second.beginLongPoll(), tooMany)
    second.end()
    first.end()
    createUse(shares.of('A'), 0).beginLongPoll()
  })

  it('count nothing for a request whose caller is gone', () => {
    const { shares } = sharesOf({ openRequests: 1, longPolls: 1 })
    const gone = createUse(shares.of('A'), 0)
    gone.end()
    gone.beginLongPoll()
    assert.equal(gone.takeBody(1000), undefined)
    assert.equal(gone.takeAnswer(1000), undefined)
    gone.answer(1000)
    const share = shares.of('A')
    createUse(share, 0).beginLongPoll()
    assert.ok(share.bodies.isEmpty && share.answers.isEmpty)
  })

  it('give back what a request took, whatever had become of it', async () => {
    const { shares } = sharesOf({ bodyBytes: 100, answerBytes: 100 })
    const share = shares.of('A')
    const first = createUse(share, 0)
    assert.equal(first.takeBody(100), undefined)
    assert.equal(first.takeAnswer(60), undefined)
    first.answer(500)
    const second = createUse(share, 0)
    const waiting = second.takeBody(100)
    const gone = createUse(share, 0)
    const leaving = gone.takeAnswer(10)
    gone.end()
    await assert.rejects(leaving ?? Promise.resolve(), tooMany)
    first.end()
    await waiting
    second.end()
    assert.ok(share.bodies.isEmpty && share.answers.isEmpty)
  })

  it('tell what is left', () => {
    const { shares, pass } = sharesOf({ requestsPerSecond: 10, bytesPerMinute: 5000, openRequests: 7 })
    createUse(shares.of('A'), 3000)
    pass(1500)
    createUse(shares.of('A'), 0)
    assert.equal(shares.of('A').rateLimit(), '"requests";r=9;t=1, "bytes";r=2000;t=59')
    assert.equal(
      shares.policy,
      '"requests";q=10;w=1, "bytes";q=5000;w=60;qu="content-bytes", "open";q=7;qu="concurrent-requests"'
    )
  })
})

describe('addresses', () => {
  for (const [address, counted] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64']
  ] as const) {
    it(`count ${address} as ${counted}`, () => {
      assert.equal(addressOf(address), counted)
    })
  }
})
