import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { repository } from '../../helpers/demo-bus.ts'
import { startRegistry } from '../../helpers/start-registry.ts'

/** What an answer must be. Members that are absent are not looked at. */
interface Expected {
  readonly status: number
  /** Members of the body. */
  readonly body?: Readonly<Record<string, unknown>>
  /** The whole body. */
  readonly is?: unknown
  /** Members that the body must have, and must not have. */
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
  /** Part of the body's text. */
  readonly says?: string
  readonly type?: string
  /** Members to remember under names, for `$name` in later steps. */
  readonly save?: Readonly<Record<string, string>>
}

interface Step {
  /** `POST /subjects/{s}/versions`; `{s}` is a subject of this case's own. */
  readonly ask: string
  /** The schema of a body that has nothing else, as JSON or as text. */
  readonly schema?: unknown
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Default: status 200. */
  readonly expect?: Expected
}

interface Case {
  readonly id: string
  readonly steps: readonly Step[]
}

const folder = join(repository, 'tests', 'gateway', 'registry', 'cases')
const contentType = 'application/vnd.schemaregistry.v1+json'
const kinds = readdirSync(folder)
  .sort()
  .map((file) => ({
    kind: basename(file, '.yaml'),
    cases: parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[]
  }))

/**
 * Requests of the Confluent Schema Registry API and their answers, sent to the proxy as its clients do.
 * `docs/schema-registry.md` lists where an answer differs from that API's.
 */
describe('the Confluent Schema Registry API', () => {
  const ends: (() => unknown)[] = []
  let base = ''
  before(async () => {
    base = (await startRegistry({ after: (end) => void ends.push(end as () => unknown) })).operator
  })
  after(async () => {
    for (const end of ends.toReversed()) await end()
  })

  it('is held by as many cases as docs/schema-registry.md says', () => {
    const count = kinds.reduce((sum, { cases }) => sum + cases.length, 0)
    const page = readFileSync(join(repository, 'docs', 'schema-registry.md'), 'utf8')
    const [, said] = /holds over (\d+) cases/.exec(page) ?? []
    assert.ok(count > Number(said), `${count} cases; the page says over ${said}`)
  })

  for (const { kind, cases } of kinds) {
    describe(kind, () => {
      for (const { id, steps } of cases) {
        it(id, async () => {
          const mark = randomUUID().slice(0, 8)
          const saved = new Map<string, unknown>([
            ['{s}', `c-${mark}`],
            ['{u}', `U${mark}`]
          ])
          for (const step of steps) await take(base, step, saved)
        })
      }
    })
  }
})

async function take(base: string, step: Step, saved: Map<string, unknown>): Promise<void> {
  const {
    ask,
    schema,
    body = schema === undefined ? undefined : { schema },
    headers,
    expect
  } = filled(step, saved)
  const [method = '', path = ''] = ask.split(' ')
  const response = await fetch(base + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': contentType }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(withText(body)) })
  })
  const text = await response.text()
  const { status, is, has = [], lacks = [], says, type, save = {}, ...rest } = expect ?? { status: 200 }
  const shown = `${ask} answered ${response.status} ${text}`
  assert.equal(response.status, status, shown)
  const got = JSON.parse(text) as Record<string, unknown>
  if (is !== undefined) assert.deepEqual(got, is, shown)
  for (const [name, value] of Object.entries(rest.body ?? {})) assert.deepEqual(got[name], value, shown)
  for (const name of has) assert.ok(Object.hasOwn(got, name), shown)
  for (const name of lacks) assert.ok(!Object.hasOwn(got, name), shown)
  if (says !== undefined) assert.ok(text.includes(says), shown)
  if (type !== undefined) assert.equal(response.headers.get('content-type'), type, shown)
  if (status >= 400) assert.ok(Object.hasOwn(got, 'error_code') && Object.hasOwn(got, 'message'), shown)
  for (const [name, member] of Object.entries(save)) saved.set(`$${name}`, got[member])
}

/** Clients send a schema as text. */
function withText(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('schema' in body)) return body
  const { schema } = body
  const isText = schema === null || typeof schema === 'string' || typeof schema === 'number'
  return { ...body, schema: isText ? schema : JSON.stringify(schema) }
}

/** A value with what is saved in place of its names; a text that is only a name becomes the value itself. */
function filled<T>(value: T, saved: ReadonlyMap<string, unknown>): T {
  if (typeof value === 'string') {
    if (saved.has(value)) return saved.get(value) as T
    return value.replace(/\{[su]\}|\$[a-z]+/g, (name) => String(saved.get(name) ?? name)) as T
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, saved)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [filled(name, saved), filled(member, saved)])
  ) as T
}
