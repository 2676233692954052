import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../helpers/demo-bus.ts'
import { type InstalledDemo, runFirstProgram, startInstalledDemo } from './bus.ts'
import { compileClient, installTools, runInBrowser, runOnEachNode } from './client.ts'
import { compile } from './compile.ts'
import { checkSbom, checkSourceMap } from './contents.ts'
import { emptyFolder, type Folder, install, measured } from './folder.ts'
import { walks, walkTo } from './walks.ts'

/**
 * `npm run release:check`: packs both packages, installs each into an empty folder outside the checkout, and
 * uses them there. `lienthong`: the demo, the first program of client/README.md, the compiler over what it
 * exports. `@lienthong/client`: its README's programs against that demo on Node 20, 22 and 24 and in a
 * browser, and the compiler. Of both: source maps, SBOMs, and the bounds of packages and size. Each guide, from an
 * empty folder to a first event.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const bounds = {
  bus: { packages: 178, megabytes: 120 },
  client: { packages: 10, megabytes: 5 }
}

const connector = `import { defineConnector } from 'lienthong/connector'
export const define = defineConnector
`

const folders: Folder[] = []
const tools = opened('tools')
const toolsInstalled = installTools(tools) // Meanwhile: it waits for the network.
toolsInstalled.catch(() => {}) // Awaited below.
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }
let demo: InstalledDemo | undefined
try {
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: repository, stdio: 'inherit' })
  const bus = await installed('lienthong', `lienthong-${version}.tgz`)
  say(await measured(bus, 'lienthong, without what is optional', bounds.bus))
  const client = await installed('client', `lienthong-client-${version}.tgz`)
  say(await measured(client, '@lienthong/client', bounds.client))
  say(checkSbom(bus, 'lienthong', `lienthong-${version}`))
  say(checkSbom(client, '@lienthong/client', `lienthong-client-${version}`))
  say(await checkSourceMap(bus, 'lienthong/client/create-client'))
  say(await checkSourceMap(client, '@lienthong/client'))
  demo = await startInstalledDemo(bus)
  say('the installed demo: every step succeeded')
  await runFirstProgram(bus, demo)
  bus.write('connector.ts', connector)
  await compile(bus, { files: ['first.ts', 'connector.ts'], for: 'node' })
  say('lienthong: the first program of client/README.md prints what it says, and compiles')
  say(await compileClient(client))
  await toolsInstalled
  say(await runOnEachNode(client, tools, demo))
  say(await runInBrowser(client, tools, demo))
  for (const walk of walks) say(await walkTo(walk, opened('walk'), `lienthong-${version}.tgz`))
} finally {
  await demo?.stop()
  await toolsInstalled.catch(() => {}) // It writes into its folder.
  for (const folder of folders) folder.remove()
}

/** An empty folder with the package alone. */
async function installed(name: string, file: string): Promise<Folder> {
  const folder = opened(name)
  cpSync(join(repository, 'var', file), join(folder.path, file))
  await install(folder, `./${file}`)
  return folder
}

function opened(name: string): Folder {
  const folder = emptyFolder(name)
  folders.push(folder)
  return folder
}
