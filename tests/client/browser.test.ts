import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { codeOf, graphOf, importsOf, readSources } from '../architecture/sources.ts'
import { repository } from '../helpers/demo-bus.ts'

const sources = readSources(repository)
const graph = graphOf(sources)
/** A browser gets the second in place of the first. */
const twins = new Map([
  ['protocol/bytes/bytes.ts', 'protocol/bytes/web-bytes.ts'],
  ['protocol/trust/signatures.ts', 'protocol/trust/web-signatures.ts']
])
/** Of the global objects of Node, those that a browser does not have. */
const onlyInNode = new Set([
  'Buffer',
  'process',
  'global',
  'setImmediate',
  '__dirname',
  '__filename',
  'require'
])

/** What a browser loads for a file of ours: everything that it imports, types included. */
function loadedFor(path: string, loaded = new Set<string>()): ReadonlySet<string> {
  const file = twins.get(path) ?? path
  if (loaded.has(file)) return loaded
  loaded.add(file)
  for (const target of graph.get(file) ?? []) loadedFor(target, loaded)
  return loaded
}

describe('what a browser loads of the client', () => {
  const files = [...loadedFor(join('client', 'exports.ts'))]
  test('is all of the client but what is for Node only', () => {
    const own = [...sources.keys()].filter((path) => path.startsWith('client/'))
    assert.deepEqual(
      own.filter((path) => !files.includes(path)),
      ['client/file-content.ts']
    )
  })
  for (const path of files) {
    const text = sources.get(path) ?? ''
    test(`${path} has nothing that only Node has`, () => {
      const modules = importsOf(path, text).map(({ specifier }) => specifier)
      assert.deepEqual(
        modules.filter((name) => name.startsWith('node:')),
        []
      )
      const globals = codeOf(text).filter((token) => token.kind !== 'text' && onlyInNode.has(token.text))
      assert.deepEqual(
        globals.map(({ text }) => text),
        []
      )
    })
  }
})
