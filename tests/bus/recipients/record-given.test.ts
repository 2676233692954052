import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGivenRecorder, type GivenRecorder } from '#bus/recipients/record-given.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { until } from '../../helpers/until.ts'

const one = { agency: 'H1', system: '/agencies/H1/systems/a' }
const other = { agency: 'H2', system: '/agencies/H2/systems/a' }
const range = (count: number): readonly number[] => Array.from({ length: count }, (_unused, index) => index)

/** A recorder whose store answers when the test lets it. */
function openRecorder(maxWaiting?: number) {
  const calls: { readonly agency: string; readonly events: readonly number[] }[] = []
  const state = { isAway: false, failures: 0, gate: Promise.resolve() }
  const recorder: GivenRecorder = createGivenRecorder({
    recipientStatuses: {
      async markDelivered({ agency }, events) {
        await state.gate
        if (state.isAway) {
          state.failures += 1
          throw new TypeError('away')
        }
        calls.push({ agency, events })
      }
    },
    logger: createLogger({ level: 'silent' }),
    ...(maxWaiting === undefined ? {} : { maxWaiting })
  })
  return { recorder, calls, state }
}

describe('what readers were given', () => {
  it('is recorded in the background, each event of a reader once, and all of it before the close ends', async () => {
    const { recorder, calls, state } = openRecorder()
    const gate = Promise.withResolvers<void>()
    state.gate = gate.promise
    recorder.add(one, [0])
    for (let again = 0; again < 3; again += 1) recorder.add(one, range(1200))
    recorder.add(other, [7])
    assert.equal(calls.length, 0, 'whoever was given a page does not wait')
    gate.resolve()
    await recorder.close()
    const ofOne = calls.filter(({ agency }) => agency === 'H1').flatMap(({ events }) => events)
    assert.deepEqual(
      [...ofOne].sort((a, b) => a - b),
      range(1200)
    )
    assert.ok(calls.every(({ events }) => events.length <= 500))
    assert.ok(
      calls.findIndex(({ agency }) => agency === 'H2') < calls.length - 1,
      'a reader that was given much does not keep the others from theirs'
    )
  })

  it('is recorded once the store is there again', async () => {
    const { recorder, calls, state } = openRecorder()
    state.isAway = true
    recorder.add(one, [1, 2])
    recorder.add(one, [2, 3])
    await until(() => state.failures > 0, 10_000)
    state.isAway = false
    await until(() => calls.length > 0, 10_000)
    await recorder.close()
    assert.deepEqual(new Set(calls.flatMap(({ events }) => events)), new Set([1, 2, 3]))
  })

  it('is no more than so much at a time: the next page waits until there is room', async () => {
    const { recorder, state } = openRecorder(10)
    const gate = Promise.withResolvers<void>()
    state.gate = gate.promise
    const open = new AbortController()
    await recorder.room(open.signal)
    recorder.add(one, range(5))
    await recorder.room(open.signal)
    recorder.add(other, range(40))
    let isRoom = false
    const room = recorder.room(open.signal).then(() => {
      isRoom = true
    })
    const gone = new AbortController()
    gone.abort()
    await recorder.room(gone.signal)
    assert.equal(isRoom, false)
    gate.resolve()
    await room
    await recorder.close()
  })

  it('ends with the bus where the store stays away', async () => {
    const { recorder, calls, state } = openRecorder()
    state.isAway = true
    recorder.add(one, [1])
    await recorder.close()
    assert.deepEqual([calls.length, state.failures], [0, 1])
  })
})
