import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { compare } from '#bench/compare/rounds.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const run = promisify(execFile)

async function bench(t: TestContext, ...words: readonly string[]): Promise<string> {
  const out = temporaryFolder(t)
  await run(process.execPath, [join(repository, 'bench/compare/main.ts'), ...words, '--out', out])
  return readFileSync(join(out, 'performance.md'), 'utf8')
}

describe('the bench', () => {
  it('takes the ratio of each round by itself, and of those the median', () => {
    const sample = (rate: number) => ({ rate, cpuMicros: 1 })
    const pairs = [
      [10, 10],
      [90, 100],
      [4, 2]
    ].map(([ours = 0, baseline = 0]) => ({ ours: sample(ours), baseline: sample(baseline) }))
    assert.equal(compare(pairs).ratio, 1)
  })

  it('measures rows against their baselines, every receipt it looks at being good, and writes the page', async (t) => {
    const page = await bench(t, '--rows', 'plain,signed,batch', '--rounds', '1', '--seconds', '0.2')
    assert.equal(page.match(/not measured yet/g)?.length, 41)
    assert.match(page, /\| durable publish, cached plain token[^|]+\| \d+\.\d\d \(/)
  })

  it('measures the rows against the server in one file, whose receipts are as good', async (t) => {
    const keys = ['plain', 'signed', 'batch', 'plain-cpu', 'batch-cpu', 'latency'].map(
      (row) => `one-file-${row}`
    )
    const page = await bench(t, '--rows', [...keys, 'disk'].join(), '--rounds', '1', '--seconds', '0.2')
    assert.equal(page.match(/not measured yet/g)?.length, 37)
    assert.match(page, /\| bytes on disk of an event[^|]+\| \d+\.\d KB[^|]+full one-file server \d\.\d KB/)
  })

  it('finds a short decade in both inboxes, verified end to end', async (t) => {
    assert.match(await bench(t, 'decade', '--events', '2000'), /20 verified/)
  })
})
