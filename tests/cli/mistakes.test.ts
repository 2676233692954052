import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { type Answered, makeMistakes } from './mistakes/run-mistakes.ts'

const file = join(import.meta.dirname, 'mistakes', 'recorded.json')
const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly Answered[]

describe('the answer to a mistake', () => {
  let answered: readonly Answered[] = []
  before(async () => {
    const cleanups = collectCleanups()
    try {
      answered = await makeMistakes(cleanups)
    } finally {
      await cleanups.end()
    }
  })

  it('is what docs/mistakes.md says; if a text was changed, node tests/cli/mistakes/record.ts', () => {
    for (const [index, one] of answered.entries()) assert.deepEqual(one, recorded[index])
    assert.equal(answered.length, recorded.length)
    assert.ok(answered.length >= 60)
  })

  it('is no stack trace, fails in both languages alike, and has a text in each', () => {
    for (const { command, codes, en, vi } of answered) {
      assert.deepEqual(codes, [1, 1], command)
      for (const text of [en, vi])
        assert.doesNotMatch(text, /^ +at |\b(?:Type|Range|Syntax|Reference)Error\b/m, command)
      assert.ok(en !== '' && vi !== '', command)
      assert.ok(!`${en}${vi}`.includes('S3cretPass'), command)
    }
    const same = answered.filter(({ en, vi }) => en === vi).map(({ command }) => command)
    assert.deepEqual(same, [])
  })
})
