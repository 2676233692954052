import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * `npm run release:check`: packs the package, installs it into an empty folder outside the checkout, and
 * uses it there: the demo once, the first program of client/README.md against a running demo, and the
 * compiler over a program that imports everything the package exports.
 */
const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'lienthong-package-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

try {
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: root, stdio: 'inherit' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  cpSync(join(root, 'var', `lienthong-${version}.tgz`), join(folder, 'lienthong.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', './lienthong.tgz')
  const packages = run('npm', 'ls', '--all', '--parseable').trim().split('\n').length - 1
  const [size] = run('du', '-sm', 'node_modules').split('\t')
  say(`installed: ${packages} packages, ${size} MB`)
  const steps = run('npx', 'lienthong', 'demo', '--once', '--port', '0', '--management-port', '0')
  say(steps.trim().split('\n').at(-1) ?? '')
  say(await firstProgram())
  say(compiled())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** What the first program of client/README.md prints, run in the folder against the installed demo. */
async function firstProgram(): Promise<string> {
  writeFileSync(join(folder, 'first.ts'), exampleFor('lienthong'))
  const command = join(folder, 'node_modules', '.bin', 'lienthong')
  const demo = spawn(command, ['demo', '--port', '0', '--management-port', '0', '--data', 'demo'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    let gateway = ''
    for await (const line of createInterface({ input: demo.stdout })) {
      gateway ||= / on (http:\S+) /.exec(line)?.[1] ?? ''
      if (line.startsWith('Ready')) break
    }
    const env = { ...process.env, GATEWAY: gateway, KEYS: join(folder, 'demo', 'keys') }
    const printed = execFileSync(process.execPath, ['first.ts'], { cwd: folder, encoding: 'utf8', env })
    if (!printed.includes('signature good receipt good')) throw new TypeError(`first program: ${printed}`)
    return printed.trim()
  } finally {
    demo.kill('SIGTERM')
    await once(demo, 'exit')
  }
}

/** The program as a reader outside the repository writes it. */
function exampleFor(name: string): string {
  const [, code = ''] =
    /^```ts example\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'client', 'README.md'), 'utf8')) ?? []
  return code
    .replaceAll(/'#client\/(.*)\.ts'/g, `'${name}/client/$1'`)
    .replaceAll(/'#schemas\/generated\/(.*)\.ts'/g, `'${name}/schemas/$1'`)
}

/** The compiler finds the types of everything that is exported. */
function compiled(): string {
  writeFileSync(
    join(folder, 'connector.ts'),
    "import { defineConnector } from 'lienthong/connector'\nexport const define = defineConnector\n"
  )
  const options = {
    module: 'nodenext',
    target: 'esnext',
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    types: []
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options, types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
      files: ['first.ts', 'connector.ts']
    })
  )
  execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { stdio: 'inherit' })
  return 'compiled against the installed types'
}
