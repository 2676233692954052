import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './demo-bus.ts'

const folder = join(repository, '..', 'shared', 'vectors')

/**
 * Test vectors made by others, in a folder next to the project. Without it the suite is reported as not
 * run; in CI that is a failure.
 */
export function vectors(name: 'jws' | 'json' | 'submission'): {
  readonly path: string
  readonly skip: string | false
} {
  const path = join(folder, name)
  if (existsSync(path)) return { path, skip: false }
  assert.ok(!process.env.CI, `the vectors in ../shared/vectors/${name} are needed in CI`)
  return { path, skip: `not run: no vectors in ../shared/vectors/${name} beside the project` }
}
