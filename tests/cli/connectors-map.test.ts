import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { delivery, sampleItem, settingsFor } from '#connectors/rest/fixtures/settings.ts'
import { startApi } from '#connectors/rest/fixtures/small-api.ts'
import { cli, repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const execute = promisify(execFile)

async function map(t: TestContext, changes: object) {
  const folder = temporaryFolder(t)
  const api = await startApi(t, () => assert.fail('the outside was asked'))
  const instance = {
    name: 'registry',
    kind: 'rest',
    system: '/agencies/000.00.91.H03/systems/registry',
    keyFile: 'none.jwk',
    settings: { ...settingsFor(api.url), ...changes }
  }
  const config = join(folder, 'lienthong.yaml')
  writeFileSync(config, JSON.stringify({ connectors: [instance] }))
  const file = (name: string, value: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(value))
    return path
  }
  const run = async (...more: readonly string[]) => {
    const command = [cli, 'connectors', 'map', '--config', config, ...more]
    try {
      return { code: 0, ...(await execute(process.execPath, command)) }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }
  return { run, file }
}

describe('lienthong connectors map', () => {
  it('shows what the samples of the settings become, both ways', async (t) => {
    const { run } = await map(t, {})
    const { stdout } = await run('registry', '--json')
    const shown = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      shown.map(({ becomes }) => becomes),
      ['published', 'published', 'sent']
    )
    assert.equal(shown[0].content.event.data.dossierCode, sampleItem.soHoSo)
    assert.equal(shown[2].content.body.maHoSo, delivery.sample.dossierCode)
  })

  it('shows what a file becomes, and fails if something of it would be quarantined', async (t) => {
    const { run, file } = await map(t, {})
    const event = { specversion: '1.0', type: delivery.type, data: delivery.sample }
    assert.match((await run('registry', '--sample', file('event.json', event))).stdout, /^sent:/)
    const bad = await run(
      'registry',
      '--sample',
      file('page.json', { records: [{ ...sampleItem, capNhat: 'never' }] })
    )
    assert.match(bad.stdout, /^quarantined:/)
    assert.equal(bad.code, 1)
  })

  it('says everything that is wrong with the settings', async (t) => {
    const { run } = await map(t, { allowPlainHttp: false, auth: { kind: 'basic' } })
    const { code, stderr } = await run('registry')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /baseUrl must be https.*auth needs either secret or secretFile.*auth\/user is missing/
    )
  })

  it('names the instances that there are', async (t) => {
    const { run } = await map(t, {})
    assert.match((await run('none')).stderr, /there is none; there are: registry/)
  })

  it('takes the example of the README', async (t) => {
    const folder = temporaryFolder(t)
    const readme = readFileSync(join(repository, 'connectors', 'rest', 'README.md'), 'utf8')
    const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(readme) ?? []
    const config = join(folder, 'lienthong.yaml')
    writeFileSync(config, yaml)
    const { stdout } = await execute(process.execPath, [
      cli,
      'connectors',
      'map',
      'so-b-registry',
      '--config',
      config
    ])
    assert.match(stdout, /^published:/)
  })
})
