import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freePort } from '#deploy/servers/free-port.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { exampleDocument } from '../helpers/test-bus.ts'
import { runUpload } from './upload-run.ts'

describe('a large upload', () => {
  it('arrives whole at its recipient though the bus is killed in its middle, again and again', async (t) => {
    const report = await runUpload({
      folder: temporaryFolder(t),
      port: await freePort(),
      size: 100 * 1_048_576 + 7,
      kills: 2,
      seed: 7,
      payload: exampleDocument,
      log: () => {}
    })
    assert.deepEqual({ killed: report.killed, isIntact: report.isIntact }, { killed: 2, isIntact: true })
  })
})
