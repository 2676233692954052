import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { format, promisify } from 'node:util'
import { createClient } from '#client/create-client.ts'
import { createSigner } from '#client/signer.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { repository, startDemo } from '../helpers/demo-bus.ts'

const run = promisify(execFile)
const readPage = (path: string): string => readFileSync(join(repository, path), 'utf8')
const page = readPage('docs/client.md')
const compiler = { extends: '../../tsconfig.json', compilerOptions: { noUnusedLocals: false }, exclude: [] }

interface Example {
  readonly title: string
  readonly code: string
  /** What its comments say that it prints. */
  readonly prints: readonly string[]
}

/** The blocks marked as examples, each behind the page's setup where there is one. */
function examplesOf(path: string): readonly Example[] {
  const text = readPage(path)
  const [, setup = ''] = /^```ts setup\n([\s\S]*?)^```$/m.exec(text) ?? []
  return [...text.matchAll(/^```ts example\n([\s\S]*?)^```$/gm)].map(({ index, 1: code = '' }) => ({
    title: `${path}: ${text
      .slice(0, index)
      .match(/^##+ .*$/gm)
      ?.at(-1)}`,
    code: `${setup}\n${code}`,
    prints: [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, said = '']) => said)
  }))
}

/** `publish` of `client.publish`: what a made object can do. */
function methodsOf(made: object, name: string): readonly string[] {
  const methods = Object.entries(made).filter(([, value]) => typeof value === 'function')
  return methods.map(([method]) => `${name}.${method}`)
}

it('the page has a section for each function, method and type of the client, and no other', async () => {
  const exported = globSync('client/*.ts', { cwd: repository }).flatMap((path) => {
    const text = readPage(path).replace(/@internal\s+\*\/\nexport .*/g, '')
    return [...text.matchAll(/^export (?:async )?(?:\w+)\*? (\w+)/gm)].map(([, name = '']) => name)
  })
  const { privateJwk: key } = await generateKey('a', 'EdDSA')
  const options = { system: '/agencies/H1/systems/a', key, gateway: 'http://127.0.0.1', audience: '' }
  const methods = [
    ...methodsOf(await createClient(options), 'client'),
    ...methodsOf(await createSigner(options), 'signer')
  ]
  const [documented = ''] = page.split('\n## Types of the protocol\n')
  const headings = [...documented.matchAll(/^##+ (\S+)$/gm)].map(([, name = '']) => name)
  const sections = headings.filter((name) => name !== 'Functions')
  assert.deepEqual(sections.sort(), [...exported, ...methods].sort())
})

describe('each section of the client', () => {
  const [, ...sections] = (page.split('\n## Types of the protocol\n')[0] ?? '').split(/^(?=### )/m)
  for (const section of sections) {
    const [heading = ''] = section.split('\n')
    it(`${heading} says what it is and what each member means, and shows how a function is called`, () => {
      assert.match(section, /^[A-Z`].{10,}/m)
      assert.doesNotMatch(section, /\| *\|$/m)
      if (/^(?!import|type )\w+(\.\w+)?(<T>)?\(/m.test(section)) assert.match(section, /^```ts example$/m)
    })
  }
})

it('the examples of the client fit its types, run as they are written, and print what they say', async (t) => {
  mkdirSync(join(repository, 'var'), { recursive: true })
  const folder = mkdtempSync(join(repository, 'var', 'examples-')) // In here `#client/…` is found.
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const examples = [...examplesOf('client/README.md'), ...examplesOf('docs/client.md')]
  assert.ok(examples.length > 15)
  const fileOf = (at: number): string => join(folder, `example-${at}.ts`)
  for (const [at, { code }] of examples.entries()) writeFileSync(fileOf(at), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...compiler, include: ['*.ts'] }))
  const tsc = join(repository, 'node_modules', '.bin', 'tsc')
  const checked = await run(tsc, ['-p', folder]).catch((error: { stdout: string }) => error)
  assert.equal(checked.stdout, '')

  const { gateway, keys } = await startDemo(t)
  Object.assign(process.env, { GATEWAY: gateway, KEYS: keys })
  process.chdir(repository)
  for (const [at, { title, prints }] of examples.entries()) {
    await t.test(title, async (t) => {
      const log = t.mock.method(console, 'log', () => {})
      await import(pathToFileURL(fileOf(at)).href)
      const printed = log.mock.calls.map(({ arguments: words }) => format(...words))
      assert.deepEqual(printed, prints)
    })
  }
})
