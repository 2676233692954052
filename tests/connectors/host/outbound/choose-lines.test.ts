import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseLines } from '#connectors/host/outbound/choose-lines.ts'
import { lineKey } from '#connectors/host/outbound/lines.ts'

const line = (head: number, urgency = 0) => ({ sender: 's', subject: `${head}`, head, urgency })
const urgent = [line(7, 4), line(8, 4), line(9, 4), line(10, 4), line(1)]
const oldest = urgent.toSorted((a, b) => a.head - b.head)
const headsOf = (choice: Partial<Parameters<typeof chooseLines>[0]>) =>
  chooseLines({ urgent, oldest, busy: [], free: 3, started: 0, ...choice }).map(({ head }) => head)

describe('lines to deliver next', () => {
  it('are the most urgent ones', () => {
    assert.deepEqual(headsOf({}), [7, 8, 9])
  })

  it('are the oldest in every fourth slot, also if the slots are filled one by one', () => {
    assert.deepEqual(headsOf({ free: 4 }), [7, 8, 9, 1])
    assert.deepEqual(headsOf({ free: 1, started: 3 }), [1])
    assert.deepEqual(headsOf({ free: 1, started: 7 }), [1])
  })

  it('are none that have a running attempt, and no line twice', () => {
    const busy = new Set(urgent.slice(0, 2).map(lineKey))
    assert.deepEqual(headsOf({ busy, free: 8 }), [9, 10, 1])
  })
})
