import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Resolves when the condition is true; fails after the time limit. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs
  while (!(await isSo())) {
    assert.ok(performance.now() < limit, `it did not become so within ${limitMs / 1000} s`)
    await pause(50)
  }
}
