import assert from 'node:assert/strict'
import { it } from 'node:test'
import { unsaid } from './listen.ts'

it('finds what was said in any place, and names what was not', () => {
  const heard = {
    readiness: new Map([['gateway brokers: a clock is off', 3]]),
    alerts: new Map([['LienthongDiskFull', 1]]),
    lines: new Map([['consumers: reading stopped', 1]])
  }
  const missing = /^gateway event log/
  assert.deepEqual(unsaid([/clock/, /DiskFull/, missing, /^consumers: reading/], heard), [missing])
})
