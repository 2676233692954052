import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cli, repository } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const execute = promisify(execFile)

/** The commands of the guide, in their order; `npm install` finds what is installed here already. */
const commands = [
  ...readFileSync(join(repository, 'docs', 'connector-guide.md'), 'utf8').matchAll(
    /^```sh\n([\s\S]*?)^```$/gm
  )
]
  .map(([, block = '']) => block)
  .join('')
  .trim()
  .split('\n')

describe('the connector guide', () => {
  it('takes a reader with the packed package to a green test', async (t) => {
    const folder = temporaryFolder(t)
    await execute('npm', ['run', '--silent', 'package'], { cwd: repository })
    const archive = `lienthong-${JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version}.tgz`
    const project = join(folder, 'my-connectors')
    for (const line of commands) {
      if (line.startsWith('npm install')) {
        assert.ok(line.includes(archive), line)
        await installOffline(join(repository, 'var', archive), project)
      } else {
        const cwd = existsSync(project) ? project : folder
        const command = line
          .replace(/^npx /, './node_modules/.bin/')
          .replace('connectors kit notes', '$& --check complete,reset,kill-after-delivery') // All take a minute.
        const { stdout } = await execute('sh', ['-c', command], {
          cwd,
          env: { ...process.env, NODE_TEST_CONTEXT: undefined }
        })
        if (line.includes('connectors kit')) assert.match(stdout, /3 passed/)
        if (line.startsWith('node --test')) assert.match(stdout, /pass 4[\s\S]*fail 0/)
      }
    }
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'esnext',
      '--types',
      'node'
    ]
    const tsc = join(repository, 'node_modules', '.bin', 'tsc')
    const checked = [
      ...options,
      '--allowImportingTsExtensions',
      'connectors/notes/notes.test.ts',
      'connectors/notes/fixtures/kit.ts'
    ]
    await execute(tsc, checked, { cwd: project }).catch(({ stdout }) => assert.fail(stdout))
  })
})

describe('lienthong connectors new', () => {
  it('overwrites nothing, and takes no name that is no folder', async (t) => {
    const folder = temporaryFolder(t)
    mkdirSync(join(folder, 'connectors', 'notes'), { recursive: true })
    for (const [name, says] of [
      ['notes', /exists already/],
      ['../x', /lower-case/],
      ['Sms', /lower-case/]
    ] as const) {
      await assert.rejects(execute(process.execPath, [cli, 'connectors', 'new', name], { cwd: folder }), {
        stderr: says
      })
    }
    assert.deepEqual(readdirSync(join(folder, 'connectors', 'notes')), [])
  })
})

/** What `npm install` would do, with the packages that are here. */
async function installOffline(archive: string, project: string): Promise<void> {
  const modules = join(project, 'node_modules')
  const installed = join(modules, 'lienthong')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  mkdirSync(installed)
  await execute('tar', ['-xzf', archive, '-C', installed, '--strip-components=1'])
  for (const name of readdirSync(join(repository, 'node_modules')).filter((one) => !one.startsWith('.'))) {
    symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  symlinkSync(join('..', 'lienthong', 'cli', 'main.cjs'), join(modules, '.bin', 'lienthong'))
}
