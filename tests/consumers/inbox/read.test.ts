import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openInbox } from '../../helpers/open-inbox.ts'

describe('a cursor', () => {
  it('marks exactly the page it came with as delivered when it is presented', async (t) => {
    const { enterSome, page, states } = await openInbox(t)
    await enterSome(['1', '2', '3'])
    const first = await page(undefined, 1)
    assert.deepEqual(await states(), ['pending', 'pending', 'pending'])
    const second = await page(first.next, 1)
    assert.deepEqual(await states(), ['delivered', 'pending', 'pending'])
    assert.equal(second.items[0]?.event.subject, '2')
    await page(first.next, 1)
    assert.deepEqual(await states(), ['delivered', 'pending', 'pending'])
  })

  it('marks what expired after its page was given, and it can be read again then', async (t) => {
    const { enterSome, page, states, inbox, expireAll, agency } = await openInbox(t)
    await enterSome(['short'])
    const given = await page()
    assert.equal(given.items.length, 1)
    await expireAll()
    assert.deepEqual(await states(), ['expired'])
    assert.equal(await inbox.mayRead(agency, [1]), false)
    assert.equal(await inbox.hasAny(agency, [1]), true)
    await page(given.next)
    assert.deepEqual(await states(), ['delivered'])
    assert.equal(await inbox.mayRead(agency, [1]), true)
  })
})

describe('a page', () => {
  it('is not given to whoever was barred while it was made', async (t) => {
    const { enterSome, page, bar } = await openInbox(t)
    await enterSome(['1'])
    for (const [how, code] of [
      ['suspended', 'BUS_NOT_PERMITTED'],
      ['revoked', 'BUS_TOKEN_INVALID'],
      ['retired', 'BUS_TOKEN_INVALID'],
      ['expired', 'BUS_TOKEN_INVALID']
    ] as const) {
      const making = page()
      const allow = bar(how)
      await assert.rejects(making, { code }, how)
      allow()
      assert.equal((await page()).items.length, 1)
    }
  })

  it('is not given while it is not known whether rights have ended', async (t) => {
    const { enterSome, page } = await openInbox(t)
    await enterSome(['1'])
    const stale = (): never => assert.fail('stale')
    await assert.rejects(page(undefined, 500, stale), /stale/)
  })

  it('has what was recorded by a clock that is ahead, under an agreement that begins then', async (t) => {
    const { enterSome, page, recordAhead } = await openInbox(t)
    await enterSome(['1'])
    await recordAhead(3_600_000)
    assert.equal((await page()).items.length, 1)
  })

  it('never shows an event that another reader has just ended', async (t) => {
    const { enterSome, page } = await openInbox(t)
    await enterSome(['1', '2', '3'], new Date(Date.now() - 1000).toISOString())
    const pages = await Promise.all(Array.from({ length: 8 }, () => page()))
    assert.deepEqual(
      pages.map(({ items }) => items.length),
      pages.map(() => 0)
    )
  })
})
