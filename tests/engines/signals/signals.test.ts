import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSignals } from '#engines/signals/signals.ts'

const never = new AbortController().signal

describe('signals', () => {
  it('wake whoever waits for a name, and nobody else', async () => {
    const signals = createSignals()
    const woken: string[] = []
    const wait = (name: string) =>
      signals.wait(name, signals.count(name), 60_000, never).then(() => woken.push(name))
    const a = wait('a')
    const stop = new AbortController()
    const b = signals.wait('b', 0, 60_000, stop.signal)
    signals.notify(['a'])
    await a
    assert.deepEqual(woken, ['a'])
    assert.equal(signals.count('b'), 0)
    stop.abort()
    await b
  })

  it('wake everyone when anything may have been missed, those who look only later too', async () => {
    const signals = createSignals()
    const seen = signals.count('b')
    const waiting = signals.wait('a', signals.count('a'), 60_000, never)
    signals.notifyAll()
    await waiting
    await signals.wait('b', seen, 60_000, never)
  })
})
