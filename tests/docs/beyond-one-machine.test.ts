import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Config } from '#runtime/config.ts'
import { areShared } from '#runtime/engines-config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

describe('docs/beyond-one-machine.md', () => {
  it('shows a configuration that is taken as it stands', async (t) => {
    const page = readFileSync(join(repository, 'docs', 'beyond-one-machine.md'), 'utf8')
    const [, yaml = ''] = page.match(/^```yaml\n([\s\S]*?)^```$/m) ?? []
    const file = join(temporaryFolder(t), 'lienthong.yaml')
    writeFileSync(file, yaml)
    const environment = { KAFKA_PASSWORD: 'a', POSTGRES_PASSWORD: 'b', S3_SECRET: 'c' }
    const config = await loadConfig(Config, { file, environment })
    assert.ok(areShared(config))
    assert.deepEqual([config.eventLog.kafka?.replication, config.eventLog.kafka?.minInSyncReplicas], [3, 2])
  })
})
