import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { repository } from '#tests/helpers/demo-bus.ts'
import {
  allFaultsOf,
  circleFaultsOf,
  habitFaultsOf,
  importFaultsOf,
  partFaultsOf,
  sizeFaultsOf,
  sizesOf
} from './architecture/rules.ts'
import { beside, seeded } from './architecture/seeded.ts'
import { graphOf, isTest, readSources, roomOf } from './architecture/sources.ts'

const sources = readSources(repository)

describe('architecture', () => {
  for (const [path, text] of sources) {
    if (isTest(path)) continue
    test(`${path} keeps to its room`, () => assert.deepEqual(importFaultsOf(path, text), []))
    test(`${path} follows the house rules`, () => assert.deepEqual(habitFaultsOf(path, text), []))
  }

  test('each room holds the parts it is known to hold', () => assert.deepEqual(partFaultsOf(sources), []))
  test('no files and no parts are in a circle', () => assert.deepEqual(circleFaultsOf(sources), []))

  test('no room holds more than a quarter of the lines', (t) => {
    const arrows = Object.entries(arrowsOf()).map(([room, targets]) => `${room} → ${[...targets].join(' ')}`)
    for (const { room, files, lines, share } of sizesOf(sources)) {
      t.diagnostic(`${room}: ${files} files, ${lines} lines, ${(share * 100).toFixed(1)} %`)
    }
    for (const arrow of arrows) t.diagnostic(arrow)
    assert.deepEqual(sizeFaultsOf(sources), [])
  })
})

describe('a new kind of connector needs no entry in a list', () => {
  for (const library of ['saxes', 'xml-crypto', 'libxml2-wasm']) {
    test(library, () =>
      assert.deepEqual(importFaultsOf('connectors/sms/index.ts', `import type { X } from '${library}'`), [])
    )
  }
})

describe('the rules of the architecture see', () => {
  for (const { rule, path, text, says } of seeded) {
    test(rule, () => {
      const others = path === 'bus/leases/x.ts' ? Object.entries(beside) : []
      const faults = allFaultsOf(new Map([...sources, ...others, [path, (sources.get(path) ?? '') + text]]))
      assert.ok(
        faults.some((fault) => says.test(fault)),
        `what was seeded in ${path} is not seen`
      )
    })
  }
})

function arrowsOf(): Record<string, ReadonlySet<string>> {
  const arrows: Record<string, Set<string>> = {}
  for (const [path, targets] of graphOf(sources)) {
    const room = roomOf(path)
    if (isTest(path) || room === 'tests' || room === 'bench') continue
    arrows[room] ??= new Set()
    for (const target of targets) if (roomOf(target) !== room) arrows[room].add(roomOf(target))
  }
  return arrows
}
