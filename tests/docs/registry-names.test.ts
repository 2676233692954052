import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from '../helpers/demo-bus.ts'

const commands = /\b(npx|bunx|(?:npm|pnpm|yarn|bun) (?:i|install|add|exec|x|dlx))\s+([^`'"|;&\n]*)/g
/** Names that nobody owns in a public registry: whoever takes one is run by its reader. */
const ourName = /^(?:lienthong|@lienthong\/[\w-]+)(?:@\S+)?$/

/** The commands of a text that would ask a registry for one of our packages. */
function fetchesOf(text: string): readonly string[] {
  return [...text.matchAll(commands)]
    .filter(([, command, rest = '']) => {
      const words = rest.trim().split(/\s+/)
      const at = words.findIndex((word) => ourName.test(word))
      return at >= 0 && !(command === 'npx' && words.slice(0, at).includes('--no-install'))
    })
    .map(([line]) => line)
}

/** What a reader reads: the pages, and what the programs print. */
const paths = globSync('**/*.{md,ts,cjs,sh,yaml,yml,html}', {
  cwd: repository,
  exclude: ['node_modules', 'var', '.git', 'tests', 'bench']
})

describe('no text lets its reader fetch a package by a name that nobody owns', () => {
  for (const path of paths) {
    const found = fetchesOf(readFileSync(join(repository, path), 'utf8'))
    if (found.length === 0) continue
    test(path, () => assert.deepEqual(found, [], 'write npx --no-install, or install the packed file'))
  }
  test(`of ${paths.length} files`, () => assert.ok(paths.length > 500))

  for (const line of [
    'npx lienthong demo',
    'npx -y lienthong@latest demo',
    'npx lienthong --no-install',
    'npm install lienthong',
    'run `npm i typebox @lienthong/client` first',
    'npm exec lienthong -- up',
    'pnpm dlx lienthong'
  ]) {
    test(`would see: ${line}`, () => assert.equal(fetchesOf(line).length, 1))
  }
  for (const line of [
    'npx --no-install lienthong demo',
    'npm install ./lienthong-0.2.0.tgz typebox',
    'npm install ./lienthong-client-0.2.0.tgz',
    'npm run package'
  ]) {
    test(`lets pass: ${line}`, () => assert.deepEqual(fetchesOf(line), []))
  }
})
