import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { indexAfter, sortNames } from '#bus/control/sorted-names.ts'

describe('names of a list', () => {
  it('are sorted, all and by agency, and each entry is read once, however often they are asked for', () => {
    const map = new Map<string, readonly string[]>()
    let read = 0
    const names = sortNames(map, (agencies, name) => {
      read += 1
      return name === 'hidden' ? undefined : { name, agencies }
    })
    assert.deepEqual(names.of(), [])
    map.set('c', ['A', 'A']).set('a', ['B']).set('hidden', ['A'])
    assert.deepEqual(names.of(), ['a', 'c'])
    map.set('b', ['A', 'B'])
    assert.deepEqual(names.of('A'), ['b', 'c'])
    assert.deepEqual(names.of('B'), ['a', 'b'])
    assert.deepEqual(names.of('C'), [])
    for (let time = 0; time < 100; time += 1) assert.deepEqual(names.of(), ['a', 'b', 'c'])
    assert.equal(read, 4)
  })

  it('are searched by halves', () => {
    const names = ['a', 'c', 'e']
    assert.deepEqual(
      ['', 'a', 'b', 'e', 'f'].map((name) => indexAfter(names, name)),
      [0, 1, 1, 3, 3]
    )
  })
})
