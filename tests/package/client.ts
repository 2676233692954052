import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumProgram } from '../helpers/servers/installed.ts'
import { mustBeInstalled } from '../helpers/servers/needs.ts'
import type { InstalledDemo } from './bus.ts'
import { compile } from './compile.ts'
import { type Folder, install, mustPrint } from './folder.ts'

/** The programs of the package's README, by their names, as they are printed there. */
export function programsOf(client: Folder): ReadonlyMap<string, string> {
  const page = readFileSync(join(client.path, 'node_modules', '@lienthong', 'client', 'README.md'), 'utf8')
  const blocks = page.matchAll(/^```js (\S+)\n([\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]))
}

const nodeProgram = (tools: Folder, alias: string): string =>
  join(tools.path, 'node_modules', alias, 'bin', 'node')

/** Other releases of Node, and a bundler. */
export async function installTools(tools: Folder): Promise<void> {
  const node = `node-linux-${process.arch}`
  await install(tools, `node20@npm:${node}@20`, `node22@npm:${node}@22`, 'esbuild@0.28.2')
}

/** The README's programs for Node, run by each release; gives the releases. */
export async function runOnEachNode(client: Folder, tools: Folder, demo: InstalledDemo): Promise<string> {
  const releases: string[] = []
  const programs = [...programsOf(client)].filter(([name]) => name !== 'page.mjs')
  for (const [name, code] of programs) client.write(name, code)
  for (const node of [nodeProgram(tools, 'node20'), nodeProgram(tools, 'node22'), process.execPath]) {
    for (const [name, code] of programs) {
      const printed = await client.run(node, [name], { GATEWAY: demo.gateway, KEYS: demo.keys })
      mustPrint(`${name} on ${node}`, code, printed)
    }
    releases.push((await client.run(node, ['--version'])).trim())
  }
  return `README of @lienthong/client on Node ${releases.join(', ')}: prints what it says`
}

const everything = `import * as client from '@lienthong/client'
import type { Client, ClientOptions, Content, InboxItem, Verification } from '@lienthong/client'

export const options = (key: client.PrivateJwk): ClientOptions => ({ gateway: '', system: '', key })
export const made: Promise<Client> = client.generateKey('a', 'EdDSA').then(({ privateJwk }) => client.createClient(options(privateJwk)))
export const content: readonly Content[] = [new Uint8Array(), new Blob()]
export const verify: (item: InboxItem) => Promise<Verification> = (item) => client.verifyItem(item, { system: [], bus: [] })
export const isOurs = (error: unknown): boolean => error instanceof client.GatewayError && error.retry === 'later'
`
const ofNode = `import type { Content } from '@lienthong/client'
import { fileContent } from '@lienthong/client/file-content'
export const content: Content = fileContent('a.txt')
`

/** The compiler accepts programs for Node and for browsers. */
export async function compileClient(client: Folder): Promise<string> {
  client.write('everything.ts', everything)
  client.write('of-node.ts', ofNode)
  await compile(client, { files: ['everything.ts', 'of-node.ts'], for: 'node' })
  await compile(client, { files: ['everything.ts'], for: 'browser' })
  return '@lienthong/client: compiled for Node and for browsers'
}

/**
 * The README's programs for a page, bundled, in Chromium. The gateway answers pages of its own address only:
 * the page is one of the gateway's.
 */
export async function runInBrowser(client: Folder, tools: Folder, demo: InstalledDemo): Promise<string> {
  mustBeInstalled('chromium')
  const { 'page.mjs': page = '', 'first.mjs': first = '' } = Object.fromEntries(programsOf(client))
  client.write('page.mjs', page)
  // The same program as in Node; what it reads from files and the environment is handed to it.
  const inPage = first
    .replace(/^import .* from 'node:fs'$/m, '')
    .replace(/^const \{ GATEWAY.*$/m, 'const { gateway, keys } = globalThis.given')
    .replace(/JSON\.parse\(readFileSync\(`.*`, 'utf8'\)\)/, 'keys[agency]')
  const [, imports = '', program = ''] = /^((?:\s*import .*\n)+)([\s\S]*)$/.exec(inPage) ?? []
  client.write(
    'browser.mjs',
    `${imports}export { upload } from './page.mjs'\nexport async function first(console) {\n${program}}\n`
  )
  const bundle = await client.run(join(tools.path, 'node_modules', '.bin', 'esbuild'), [
    'browser.mjs',
    '--bundle',
    '--minify',
    '--format=iife',
    '--global-name=tried',
    '--platform=browser',
    '--log-level=error'
  ])
  const keyOf = (agency: string): unknown =>
    JSON.parse(readFileSync(join(demo.keys, `${agency}.qlvb.jwk`), 'utf8'))
  const keys = Object.fromEntries(['000.00.91.H03', '000.00.92.H03'].map((agency) => [agency, keyOf(agency)]))
  const browser = await chromium.launch({ executablePath: chromiumProgram, args: ['--no-sandbox'] })
  try {
    const tab = await browser.newPage()
    await tab.goto(`${demo.gateway}/.well-known/jwks.json`)
    const printed = await tab.evaluate(`(async () => {
      globalThis.given = ${JSON.stringify({ gateway: demo.gateway, keys })}
      ${bundle}
      const lines = []
      await tried.first({ log: (...words) => lines.push(words.join(' ')) })
      const key = new File([JSON.stringify(given.keys['000.00.91.H03'])], 'key.jwk')
      const file = new File(['x'.repeat(3_000_000)], 'a.txt', { type: 'text/plain' })
      lines.push('uploaded: ' + (await tried.upload('/agencies/000.00.91.H03/systems/qlvb', key, file)))
      return lines.join('\\n')
    })()`)
    mustPrint(
      'first.mjs in Chromium',
      `${first}\nconsole.log('uploaded:', true) // uploaded: true`,
      String(printed)
    )
  } finally {
    await browser.close()
  }
  return `@lienthong/client in Chromium: the same, ${Math.round(bundle.length / 1000)} kB bundled`
}
