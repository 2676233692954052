import assert from 'node:assert/strict'
import { execFile, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { freePort } from '#deploy/servers/free-port.ts'
import { cli, repository } from '../helpers/demo-bus.ts'
import { archiveName, installOffline, packedRelease } from '../helpers/packed-release.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)

/** The commands of the guide, in their order: a line each, or a text that is written to a file. */
const commands =
  readFileSync(join(repository, 'docs', 'connector-guide.md'), 'utf8')
    .matchAll(/^```sh\n([\s\S]*?)^```$/gm)
    .toArray()
    .map(([, block = '']) => block)
    .join('')
    .match(/^.*<<'?END'?\n[\s\S]*?^END$|^.+$/gm) ?? []

/** What commands print once what they ask for has come to pass; they are repeated until then. */
const prints: readonly (readonly [command: string, output: RegExp])[] = [
  ['connectors kit', /3 passed/],
  ['node --test', /pass 4[\s\S]*fail 0/],
  ['connectors list', /so-b-notes \(notes\) running/],
  ['connectors check', /done/],
  ['lienthong inbox', /dossier\.status-changed\.v1 H03-1 from \/agencies\/000\.00\.91\.H03\/systems\/notes/],
  ['lienthong send', /accepted/],
  ['deliveries list', /delivered so-b-notes .*H03-1/],
  ['curl', /Đã hoàn thành: đạt/]
]
const limitMs = 60_000

describe('the connector guide', () => {
  it('takes a reader with the packed package to a connector that events cross both ways', async (t) => {
    const folder = temporaryFolder(t)
    const archive = await packedRelease(temporaryFolder(t))
    const project = join(folder, 'my-connectors')
    const port = await freePort()
    const env = { ...process.env, LC_ALL: 'en_GB.UTF-8', NODE_TEST_CONTEXT: undefined }
    for (const line of commands) {
      if (line.startsWith('npm install')) {
        assert.ok(line.includes(archiveName), line)
        await installOffline(archive, project)
        continue
      }
      const cwd = existsSync(project) ? project : folder
      const command = line
        .replace(/\bnpx --no-install /, './node_modules/.bin/')
        .replace('port: 8080', `port: ${port}`)
        .replace(/ up --config \S+/, '$& --management-port 0')
        .replace(
          /lienthong (?:(?:connectors|deliveries) (?:list|check)|apply|inbox|send)\b/,
          `$& --gateway http://127.0.0.1:${port}`
        )
        .replace('connectors kit notes', '$& --check complete,reset,kill-after-delivery') // All take a minute.
      if (command.endsWith(' &')) {
        startInBackground(t, command, { cwd, env })
        await until(
          command.includes(' up ')
            ? () => answers(port)
            : () => existsSync(join(cwd, 'outside.url')) && readFileSync(join(cwd, 'outside.url')).length > 0,
          limitMs
        )
        continue
      }
      const [, output] = prints.find(([start]) => command.includes(start)) ?? []
      await until(async () => {
        const { stdout } = await execute('sh', ['-c', command], { cwd, env })
        return output === undefined || output.test(stdout)
      }, limitMs)
    }
    await checkTypes(project)
    checkLinks(join(project, 'node_modules', 'lienthong'))
  })
})

/** Starts a command of the guide that goes on running, without its `&`, and ends it after the test. */
function startInBackground(t: TestContext, command: string, options: SpawnOptions): void {
  const child = spawn('sh', ['-c', command.slice(0, -2).replace(/(?:node|\S+lienthong) .*$/, 'exec $&')], {
    ...options,
    stdio: 'ignore'
  })
  t.after(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  })
}

async function answers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`).catch(() => undefined)
  return answer?.ok === true
}

/** The editor of the reader finds the types of what the example imports. */
async function checkTypes(project: string): Promise<void> {
  const tsc = join(repository, 'node_modules', '.bin', 'tsc')
  const options =
    '--noEmit --strict --skipLibCheck --module nodenext --target esnext --types node --allowImportingTsExtensions'
  const files = ['connectors/notes/notes.test.ts', 'connectors/notes/fixtures/kit.ts']
  await execute(tsc, [...options.split(' '), ...files], { cwd: project }).catch(({ stdout }) =>
    assert.fail(stdout)
  )
}

/** What the pages for integrators link to is in the package. */
function checkLinks(installed: string): void {
  for (const page of ['connector-guide.md', 'connectors.md', 'deliveries.md']) {
    const text = readFileSync(join(installed, 'docs', page), 'utf8')
    for (const [, path = ''] of text.matchAll(/\]\(([^)#:]+)[^):]*\)/g)) {
      assert.ok(existsSync(join(installed, 'docs', path)), `${page} links to ${path}`)
    }
  }
}

describe('lienthong connectors new', () => {
  it('overwrites nothing, and takes no name or folder that cannot be loaded or written', async (t) => {
    const folder = temporaryFolder(t)
    mkdirSync(join(folder, 'connectors', 'notes'), { recursive: true })
    writeFileSync(join(folder, 'file'), '')
    for (const [name, says] of [
      ['notes', /exists already/],
      ['../x', /lower-case/],
      ['Sms', /lower-case/],
      ['rest', /comes with this release/],
      ['fax --in file', /^file\/fax cannot be written: ENOTDIR/]
    ] as const) {
      const args = [cli, 'connectors', 'new', ...name.split(' ')]
      await assert.rejects(execute(process.execPath, args, { cwd: folder }), { stderr: says })
    }
    assert.deepEqual(readdirSync(join(folder, 'connectors', 'notes')), [])
  })
})
