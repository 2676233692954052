import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTokenCache } from '#gateway/token-cache.ts'

it('a token is known until it expires, and while there is room', () => {
  let at = 0
  const cache = createTokenCache<{ readonly exp: number; readonly name: string }>({ max: 2, now: () => at })
  const known = () => ['a', 'b', 'c', 'd'].filter((token) => cache.get(token)?.name === token)
  cache.set('a', { exp: 10, name: 'a' })
  cache.set('b', { exp: 20, name: 'b' })
  assert.deepEqual(known(), ['a', 'b'])
  cache.set('c', { exp: 30, name: 'c' })
  assert.deepEqual(known(), ['b', 'c'], 'the oldest goes')
  at = 20
  assert.deepEqual(known(), ['c'])
  cache.set('d', { exp: 40, name: 'd' })
  assert.deepEqual(known(), ['c', 'd'], 'what has expired makes room')
  cache.clear()
  assert.deepEqual(known(), [])
})

it('what has expired is not kept', () => {
  let at = 0
  const cache = createTokenCache<{ readonly exp: number }>({ max: 1000, now: () => at })
  for (let index = 0; index < 500; index += 1) cache.set(String(index), { exp: 10 })
  at = 10
  for (let index = 0; index < 200; index += 1) cache.set(`later ${index}`, { exp: 20 })
  assert.equal(cache.size(), 200)
})
