import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createLogger } from '#engines/telemetry/logger.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { Config } from '#runtime/config.ts'
import { openCore } from '#runtime/core.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { openEngines } from '#runtime/open-engines.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

describe('the core of a process', () => {
  it('keeps nothing of what it appends on one machine, where it is entered at once', async (t) => {
    assert.equal(await keepsRecent(t, { projectsOwn: true }), false)
  })

  it('is not opened under a key that no act has made known, since nothing it keeps would arrive', async (t) => {
    const { publicJwk } = await generateKey('elsewhere', 'EdDSA')
    await assert.rejects(keepsRecent(t, { projectsOwn: true, operatorKeys: [{ ...publicJwk }] }), {
      code: 'BUS_CONFIG_INVALID',
      fault: 'bus-key-unknown'
    })
  })
})

interface CoreTestOptions {
  readonly projectsOwn: boolean
  /** Of an operator whose private key the bus does not hold. */
  readonly operatorKeys?: Config['trust']['operatorKeys']
}

async function keepsRecent(
  t: TestContext,
  { projectsOwn, operatorKeys = [] }: CoreTestOptions
): Promise<boolean> {
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const options = {
    config: {
      ...defaults,
      data: { folder: temporaryFolder(t) },
      trust: { ...defaults.trust, operatorKeys }
    },
    logger: createLogger({ level: 'silent' }),
    onFatal: () => {},
    projectsOwn
  }
  const engines = await openEngines(options)
  t.after(() => engines.close())
  const core = await openCore(engines, options, 'https://bus.example')
  await core.close()
  return core.recent !== undefined
}
