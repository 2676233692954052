import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nextStep } from '#connectors/host/next-step.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const unreachable = new BusError('BUS_PEER_UNREACHABLE', 'folder-unreachable', { waitMs: 5000 })

it('a failure that may pass is tried again after the longer of the schedule and what was asked', () => {
  assert.deepEqual(nextStep(1, unreachable, [1000, 60_000], 0), {
    kind: 'retry',
    dueAt: 5000,
    reason: 'BUS_PEER_UNREACHABLE'
  })
  assert.deepEqual(nextStep(2, unreachable, [1000, 60_000], 0), {
    kind: 'retry',
    dueAt: 60_000,
    reason: 'BUS_PEER_UNREACHABLE'
  })
})

it('a failure is dead when the schedule has ended, when it never passes, and when it is a bug of ours', () => {
  assert.equal(nextStep(3, unreachable, [1000, 60_000], 0).kind, 'dead')
  assert.equal(nextStep(1, new BusError('BUS_PEER_REFUSED', 'not-found'), [1000], 0).kind, 'dead')
  assert.equal(nextStep(1, new TypeError('bug'), [1000], 0).kind, 'dead')
  assert.equal(nextStep(1, 'unknown', [1000], 0).kind, 'retry')
})
