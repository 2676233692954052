import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import {
  configuration,
  descriptionsIn,
  exampleFiles,
  province,
  referencePages,
  type Setting
} from '#cli/generate/settings-reference.ts'
import { vietnamese } from '#cli/generate/settings-vi.ts'
import { readProvince } from '#cli/remote/province-file.ts'
import { InstanceSettings } from '#connectors/host/instance-settings.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { Config } from '#runtime/config.ts'
import { areShared } from '#runtime/engines-config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { repository } from '../helpers/demo-bus.ts'

const folder = join(repository, 'cli', 'generate', 'examples')
const environment = { MAIL_PASSWORD: 'a', ALERT_SECRET: `whsec_${'a'.repeat(32)}`, KAFKA_PASSWORD: 'b' }
const load = (file: string) =>
  loadConfig(Config, {
    file: join(folder, file),
    environment: { ...environment, POSTGRES_PASSWORD: 'c', S3_SECRET: 'd' }
  })

/** Settings without a description, by their paths; a list or a group of settings needs one too. */
function undescribed({ properties = {}, patternProperties = {}, items }: Setting, path: string): string[] {
  const inner = Object.entries(properties).flatMap(([name, setting]) => [
    ...(setting.description === undefined && setting.properties === undefined ? [`${path}.${name}`] : []),
    ...undescribed(setting, `${path}.${name}`)
  ])
  const others = [...Object.values(patternProperties), ...(items ? [items] : [])]
  return [...inner, ...others.flatMap((setting) => undescribed(setting, `${path}[]`))]
}

describe('the references of lienthong.yaml and of a province file', () => {
  it('say what every setting is', () => {
    assert.deepEqual([...undescribed(configuration, ''), ...undescribed(province, '')], [])
  })

  it('have no Vietnamese of a text that no setting has', () => {
    const used = new Set([...descriptionsIn(configuration), ...descriptionsIn(province)])
    assert.deepEqual(
      Object.keys(vietnamese).filter((text) => !used.has(text)),
      []
    )
  })

  it('say that a number must be above a bound that is itself refused', () => {
    const pages = Object.fromEntries(referencePages(repository))
    const rate = '`connectors[].ratePerSecond`'
    assert.ok(pages['docs/en/configuration.md']?.includes(`| ${rate} | number > 0, ≤ 10000 |`))
    assert.ok(pages['docs/vi/configuration.md']?.includes(`| ${rate} | số > 0, ≤ 10000 |`))
  })

  it('show files that are taken as they stand', async () => {
    const one = await load('one-machine.yaml')
    assert.equal(areShared(one), false)
    assert.deepEqual(
      one.connectors.flatMap((instance) => [...fillSettings(InstanceSettings, structuredClone(instance))]),
      []
    )
    assert.equal(areShared(await load('shared-engines.yaml')), true)
    assert.deepEqual((await readProvince(join(folder, 'province.yaml'))).faults, [])
  })

  it('show an example of every section', () => {
    for (const [files, schema] of [
      [exampleFiles.configuration, configuration],
      [exampleFiles.province, province]
    ] as const) {
      const shown = files.flatMap((file) =>
        Object.keys(parse(readFileSync(join(folder, file), 'utf8')) as object)
      )
      assert.deepEqual([...new Set(shown)].sort(), Object.keys(schema.properties ?? {}).sort())
    }
  })
})
