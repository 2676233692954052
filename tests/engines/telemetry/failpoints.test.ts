import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { repository } from '../../helpers/demo-bus.ts'

it('lists every failpoint there is', () => {
  const sources = '{engines,bus,consumers,connectors,gateway,runtime,operations,cli}/**/*.ts'
  const reached = globSync(sources, { cwd: repository }).flatMap((path) =>
    readFileSync(join(repository, path), 'utf8')
      .matchAll(/reachFailpoint\('(.+?)'\)/g)
      .toArray()
  )
  const [, section = ''] = readFileSync(join(repository, 'docs/non-obvious.md'), 'utf8').split(
    '## Failpoints\n'
  )
  const listed = section.matchAll(/`([a-z-]+\.[a-z-]+)`/g).map(([, name]) => name)
  assert.deepEqual([...listed].sort(), [...new Set(reached.map(([, name]) => name))].sort())
})
