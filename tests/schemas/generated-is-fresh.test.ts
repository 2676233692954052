import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { generatedFiles, generatedFolder } from '#cli/generate/generated-files.ts'

const root = join(import.meta.dirname, '..', '..')
const files = await generatedFiles(root)

describe('every generated file is as `npm run generate` would write it', () => {
  for (const [path, text] of files) {
    test(path, () => {
      assert.ok(existsSync(join(root, path)), 'missing: npm run generate')
      assert.ok(readFileSync(join(root, path), 'utf8') === text, 'not fresh: npm run generate')
    })
  }

  it('and nothing else lies beside them', () => {
    const found = globSync(`${generatedFolder}/**/*.*`, { cwd: root })
    assert.deepEqual(
      found.filter((path) => !files.has(path)),
      []
    )
  })
})
