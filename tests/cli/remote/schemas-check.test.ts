import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cli, repository } from '../../helpers/demo-bus.ts'
import { startRegistry } from '../../helpers/start-registry.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus } from '../../helpers/test-bus.ts'

const execute = promisify(execFile)

/** Runs `schemas check` in a folder. */
async function check(cwd: string, ...args: readonly string[]) {
  const whole = [cli, 'schemas', 'check', ...args]
  try {
    return { code: 0, ...(await execute(process.execPath, whole, { cwd, timeout: 30_000 })) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

function write(folder: string, file: string, content: string | Uint8Array): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return file
}

const field = (name: string, type: unknown = 'string', more: object = {}) => ({ name, type, ...more })
const record = (name: string, namespace: string, ...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name, namespace, doc: 'A record.', fields })
const archived = (...fields: readonly object[]): string =>
  record('DocumentArchivedV1', 'lienthong.document', ...fields)
const box = field('box', 'string', { doc: 'Where it lies.' })
const note = field('note', ['null', 'string'], { default: null, doc: 'What else is to be said.' })
const archivedFile = 'schemas/document/archived.v1.avsc'
const archivedSubject = 'lienthong.document-lienthong.document.DocumentArchivedV1'

describe('lienthong schemas check', () => {
  it('finds every schema of this release ok, alone and as registered', async (t) => {
    const { read } = await startRegistry(t)
    const alone = await check(repository)
    assert.equal(alone.code, 0, alone.stdout)
    assert.match(alone.stdout, /^ok {2}schemas\/document\/issued\.v1\.avsc: valid for document\.issued\.v1$/m)
    const there = await check(repository, '--against', `${read}/`)
    assert.equal(there.code, 0, there.stdout)
    assert.match(
      there.stdout,
      /valid for document\.issued\.v1; already registered as version 1 of lienthong\.document-/
    )
  })

  it('tells what is no Avro, and what only an event type may not be', async (t) => {
    const folder = temporaryFolder(t)
    const decimal = record('Weight', 'a.b', field('grams', 'double'))
    const files = [
      write(folder, 'schemas/common/weight.avsc', decimal),
      write(folder, 'schemas/common/weighed.v1.avsc', decimal),
      write(folder, archivedFile, archived(field('box'))),
      write(folder, 'elsewhere/unknown.avsc', record('Unknown', 'a.b', field('what', 'strnig'))),
      write(folder, 'elsewhere/latin.avsc', Buffer.from('"string"\xff', 'latin1'))
    ]
    const { code, stdout } = await check(folder, ...files, '--json')
    assert.equal(code, 1)
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; ok: boolean; message: string })
    assert.deepEqual(
      found.map(({ what, ok }) => [what, ok]),
      files.map((file) => [file, file === 'schemas/common/weight.avsc'])
    )
    const [, , undocumented, unknown, latin] = found
    assert.match(undocumented?.message ?? '', /box/)
    assert.match(unknown?.message ?? '', /strnig at what/)
    assert.match(latin?.message ?? '', /UTF-8/)
  })

  it('compares with what is registered by the level of the subject', async (t) => {
    const { bus, write: proxy, read } = await startRegistry(t)
    const before = record('Person', 'a.b', field('name'))
    const headers = { 'content-type': 'application/json' }
    const registered = await fetch(`${proxy}/subjects/person-value/versions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ schema: before })
    })
    assert.equal(registered.status, 200)
    const file = write(bus.folder, 'person.avsc', record('Person', 'a.b', field('name'), field('age', 'int')))
    const against = ['--against', read, '--subject', 'person-value']
    const broken = await check(bus.folder, file, ...against)
    assert.equal(broken.code, 1)
    assert.match(broken.stdout, /^PROBLEM {2}person\.avsc: .*age/)
    const level = await fetch(`${proxy}/config/person-value`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ compatibility: 'FORWARD' })
    })
    assert.equal(level.status, 200)
    const forward = await check(bus.folder, file, ...against)
    assert.equal(forward.code, 0, forward.stdout)
    assert.match(
      forward.stdout,
      /^ok {2}person\.avsc: valid Avro; compatible with the registered versions of person-value$/m
    )
    const elsewhere = await check(bus.folder, file, '--against', read, '--subject', 'nobody-value')
    assert.match(elsewhere.stdout, /would be the first version of nobody-value/)
    const nameless = await check(bus.folder, file, '--against', read)
    assert.equal(nameless.code, 0)
    assert.match(nameless.stdout, /not that of an event type/)
  })

  it('holds an event type to gaining optional fields, whatever its level', async (t) => {
    const { bus, read } = await startRegistry(t)
    const resource = '/schemas/document.archived.v1'
    const level = { act: 'registry-config.changed', resource, compatibility: 'NONE' }
    const last = async (): Promise<string> =>
      (await bus.operator.get<{ last: string }>(`/v1/schemas${resource}`)).last
    const act = { act: 'schema.registered', resource, type: 'document.archived.v1', previous: null }
    await bus.operator.act('/v1/schemas', { ...act, schema: archived(box) })
    await bus.operator.act('/v1/schemas', { ...level, previous: await last() })
    write(bus.folder, archivedFile, archived(box, note))
    const gained = await check(bus.folder, '--against', read)
    assert.equal(gained.code, 0, gained.stdout)
    assert.match(gained.stdout, new RegExp(`compatible with the registered versions of ${archivedSubject}`))
    write(bus.folder, archivedFile, archived(note))
    const lost = await check(bus.folder, archivedFile, '--against', read)
    assert.equal(lost.code, 1)
    assert.match(lost.stdout, /^PROBLEM {2}schemas\/document\/archived\.v1\.avsc: .*box/)
    await bus.operator.act('/v1/schemas', { ...act, schema: archived(box, note), previous: await last() })
    write(bus.folder, archivedFile, archived(box))
    const older = await check(bus.folder, archivedFile, '--against', read)
    assert.equal(older.code, 0, older.stdout)
    assert.match(older.stdout, /version 1 of/)
  })

  it('reports a problem where a registry does not answer, and says what opens it', async (t) => {
    const { url, folder } = await startTestBus(t)
    write(folder, archivedFile, archived(box))
    const closed = await check(folder, '--against', `${url}/registry`)
    assert.equal(closed.code, 1)
    assert.match(closed.stdout, /^PROBLEM .*the registry answers 401: .*openRegistry/)
    const none = await check(folder, '--against', url)
    assert.equal(none.code, 1)
    const away = await check(folder, '--against', 'http://127.0.0.1:1')
    assert.equal(away.code, 1)
    assert.match(away.stdout, /the schema registry does not answer/)
    const secret = await check(folder, '--against', 'http://user:geheim@127.0.0.1:1')
    assert.equal(secret.code, 1)
    assert.doesNotMatch(secret.stdout + secret.stderr, /geheim/)
  })

  it('wants files, and one alone with --subject', async (t) => {
    const folder = temporaryFolder(t)
    assert.match((await check(folder)).stderr, /no \.avsc file/)
    const both = ['a.avsc', 'b.avsc'].map((name) => write(folder, name, '"string"'))
    assert.match((await check(folder, ...both, '--subject', 'a')).stderr, /exactly one file/)
  })
})
