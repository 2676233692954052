import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../helpers/demo-bus.ts'
import type { Folder } from './folder.ts'

interface Sbom {
  readonly bomFormat: string
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } }
  readonly components: readonly { readonly name: string; readonly version: string }[]
}

/** The SBOM beside a packed file names the package, and each dependency in the version that is installed. */
export function checkSbom(folder: Folder, name: string, file: string): string {
  const sbom = JSON.parse(readFileSync(join(repository, 'var', `${file}.cdx.json`), 'utf8')) as Sbom
  const read = (path: string) =>
    JSON.parse(readFileSync(join(folder.path, 'node_modules', path, 'package.json'), 'utf8')) as {
      readonly version: string
      readonly dependencies: Readonly<Record<string, string>>
    }
  const { version, dependencies } = read(name)
  assert.equal(sbom.bomFormat, 'CycloneDX')
  assert.deepEqual([sbom.metadata.component.name, sbom.metadata.component.version], [name, version])
  for (const dependency of Object.keys(dependencies)) {
    const listed = sbom.components.filter((component) => component.name === dependency)
    assert.ok(
      listed.some((component) => component.version === read(dependency).version),
      `${file}.cdx.json does not list ${dependency} as it is installed`
    )
  }
  return `${file}.cdx.json: ${sbom.components.length} components`
}

const fails = (module: string): string => `import { createClient } from '${module}'
try {
  await createClient({ gateway: 'nowhere', system: '/agencies/H1/systems/a', key: {} })
} catch (error) {
  console.log(error.stack)
}
`

/** With its source maps, a stack trace shows the line and column of the TypeScript. */
export async function checkSourceMap(folder: Folder, module: string): Promise<string> {
  folder.write('fails.mjs', fails(module))
  const stack = await folder.run(process.execPath, ['--enable-source-maps', 'fails.mjs'])
  const source = readFileSync(join(repository, 'client', 'create-client.ts'), 'utf8').split('\n')
  const line = source.findIndex((text) => text.includes("'gateway-malformed'"))
  const place = `create-client.ts:${line + 1}:${(source[line] ?? '').indexOf('new BusError') + 1}`
  assert.ok(stack.includes(place), `no ${place} in ${stack}`)
  return `${module}: a stack trace leads to ${place}`
}
