import { type ChildProcess, execFile, fork } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { backUp } from '#operations/backup/backup.ts'
import { cli } from '../../helpers/demo-bus.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, startTestBus, type TestBus } from '../../helpers/test-bus.ts'
import { configurationMistakes } from './configuration.ts'
import { eventMistakes } from './events.ts'
import { identityMistakes } from './identity.ts'
import { type Mistake, placeIn } from './mistake.ts'
import { operatingMistakes } from './operating.ts'
import type { Order, Said } from './runner.ts'

const longestMs = 60_000
const languages = ['en', 'vi'] as const
type Language = (typeof languages)[number]

/** A mistake as docs/mistakes.md has it: what was typed, the answers and the exit code. */
export interface Answered {
  readonly topic: string
  readonly did: Readonly<Record<Language, string>>
  readonly command: string
  /** The exit codes in both languages. */
  readonly codes: readonly number[]
  readonly en: string
  readonly vi: string
}

const topics: Readonly<Record<string, readonly Mistake[]>> = {
  operating: operatingMistakes,
  configuration: configurationMistakes,
  identity: identityMistakes,
  events: eventMistakes
}

/** Makes every mistake on one bus, in both languages. */
export async function makeMistakes(t: Pick<TestContext, 'after'>): Promise<readonly Answered[]> {
  const bus = await startTestBus(t)
  const copy = join(temporaryFolder(t), 'copy')
  await backUp(bus.folder, copy, { attachments: false })
  const { next } = await bus.clients.B.page()
  const words = wordsOf(bus, { copy, cursor: next })
  const runner = fork(join(import.meta.dirname, 'runner.ts'), { stdio: 'pipe' })
  t.after(() => runner.disconnect())
  const make = async (topic: string, mistake: Mistake): Promise<Answered> => {
    const folder = temporaryFolder(t)
    for (const name of ['A', 'operator'])
      cpSync(join(bus.folder, 'keys', `${name}.jwk`), join(folder, `${name}.jwk`))
    await mistake.arrange?.(placeIn(folder, bus))
    const given = filled(mistake.command, words)
    const said: Said[] = []
    for (const language of languages)
      said.push(await run(mistake, { words: given, folder, language, bus }, runner))
    const [en = '', vi = ''] = said.map((one) => steady(one, { folder, words }))
    const command = steadyText(given.join(' '), { folder, words })
    return { topic, did: mistake.did, command, codes: said.map(({ code }) => code), en, vi }
  }
  const all = Object.entries(topics).flatMap(([topic, mistakes]) =>
    mistakes.map((mistake) => ({ topic, mistake }))
  )
  const alone = all.map(({ topic, mistake }) => (mistake.isAlone ? make(topic, mistake) : undefined))
  const answered: Answered[] = []
  for (const [index, { topic, mistake }] of all.entries())
    answered.push(await (alone[index] ?? make(topic, mistake)))
  return answered
}

type Words = Readonly<Record<string, string>>

function wordsOf(bus: TestBus, others: Words): Words {
  return {
    gateway: bus.url,
    localhost: bus.url.replace('127.0.0.1', 'localhost'),
    https: bus.url.replace('http', 'https'),
    management: bus.bus.managementUrl,
    port: new URL(bus.url).port,
    data: bus.folder,
    ...others
  }
}

function filled(command: string, words: Words): readonly string[] {
  return command.split(' ').map((word) => word.replace(/\{(\w+)\}/, (place, name) => words[name] ?? place))
}

interface Running {
  readonly words: readonly string[]
  readonly folder: string
  readonly language: Language
  readonly bus: TestBus
}

async function run(mistake: Mistake, running: Running, runner: ChildProcess): Promise<Said> {
  const { words, folder, language, bus } = running
  const environment = {
    LC_ALL: language === 'vi' ? 'vi_VN.UTF-8' : 'en_GB.UTF-8',
    LIENTHONG_GATEWAY: bus.url,
    LIENTHONG_AS: `${codes.A}.qlvb`,
    LIENTHONG_KEY: 'A.jwk'
  }
  if (mistake.isAlone) {
    const options = { cwd: folder, env: { ...process.env, ...environment }, timeout: longestMs }
    return promisify(execFile)(process.execPath, [cli, ...words], options).then(
      (done) => ({ code: 0, ...done }),
      (error) => error as Said
    )
  }
  const { promise, resolve, reject } = Promise.withResolvers<Said>()
  const timer = setTimeout(() => reject(new TypeError(`${words.join(' ')} does not end`)), longestMs)
  runner.once('message', (said) => resolve(said as Said))
  runner.send({ words, folder, environment, clockMs: mistake.clockMs ?? 0 } satisfies Order)
  return promise.finally(() => clearTimeout(timer))
}

interface Varying {
  readonly folder: string
  readonly words: Words
}

/** What was said, without what differs from run to run, and without lines that are well or logged. */
function steady({ stdout, stderr }: Said, varying: Varying): string {
  const lines = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '' && !/^(?:ok|ổn) |^\{"level"/.test(line))
  return steadyText(lines.join('\n'), varying)
}

function steadyText(text: string, { folder, words }: Varying): string {
  const { gateway = '', management = '', port = '', data = '', copy = '', cursor = '' } = words
  return text
    .replaceAll(management, 'http://127.0.0.1:9090')
    .replaceAll(new URL(gateway).host, '127.0.0.1:8080')
    .replaceAll(`localhost:${port}`, 'localhost:8080')
    .replaceAll(new RegExp(`\\b${port}\\b`, 'g'), '8080')
    .replaceAll(copy, '/backups/monday')
    .replaceAll(`${folder}/`, '')
    .replaceAll(data, '/var/lib/lienthong')
    .replaceAll(cursor, 'CURSOR')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/\b\d+ ms\b/g, '9 ms')
    .replaceAll(/\b(hash|mã băm): [0-9a-f]{64}/g, '$1: HASH')
    .replaceAll(/\bEAI_AGAIN\b/g, 'ENOTFOUND')
    .replaceAll(/\bold-\d{13}\b/g, 'old')
    .replaceAll(/\b\d{3} (s|giây)\b/g, '600 $1')
}
