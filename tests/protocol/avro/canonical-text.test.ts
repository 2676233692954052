import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { loadPairs, type Version } from '#cli/generate/compatibility-table.ts'
import { canonicalText } from '#protocol/avro/canonical-text.ts'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { repository } from '../../helpers/demo-bus.ts'

type Json = Readonly<Record<string, unknown>>
/** Whether to spell the next thing otherwise. */
type Choose = () => boolean

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])
const named = new Set(['record', 'enum', 'fixed'])

/** The same schema, spelt otherwise where `choose` says so. */
function respelt(schema: unknown, namespace: string, choose: Choose): unknown {
  if (typeof schema === 'string') {
    if (primitives.has(schema)) return choose() ? { type: schema } : schema
    return choose() && namespace !== '' && schema.startsWith(`${namespace}.`) && isShort(schema, namespace)
      ? schema.slice(namespace.length + 1)
      : schema
  }
  if (Array.isArray(schema)) return schema.map((branch) => respelt(branch, namespace, choose))
  const { type, items, values, fields, ...others } = schema as Json & { fields?: readonly Json[] }
  const inner = named.has(String(type)) ? namespaceOf(others, namespace) : namespace
  const members = {
    ...(named.has(String(type)) ? renamed(others, inner, choose) : others),
    type,
    ...(items === undefined ? {} : { items: respelt(items, namespace, choose) }),
    ...(values === undefined ? {} : { values: respelt(values, namespace, choose) }),
    ...(fields === undefined ? {} : { fields: fields.map((field) => respeltField(field, inner, choose)) })
  }
  return reordered(members, choose)
}

function respeltField(field: Json, namespace: string, choose: Choose): Json {
  const ascending = field.order === undefined && choose() ? { order: 'ascending' } : {}
  const noAliases = field.aliases === undefined && choose() ? { aliases: [] } : {}
  return reordered(
    { ...field, ...ascending, ...noAliases, type: respelt(field.type, namespace, choose) },
    choose
  )
}

function isShort(name: string, namespace: string): boolean {
  return !name.slice(namespace.length + 1).includes('.')
}

function namespaceOf({ name, namespace }: Json, outer: string): string {
  const dot = String(name).lastIndexOf('.')
  return dot < 0 ? String(namespace ?? outer) : String(name).slice(0, dot)
}

function renamed({ name, namespace: _, ...others }: Json, namespace: string, choose: Choose): Json {
  const short = String(name).slice(String(name).lastIndexOf('.') + 1)
  if (namespace === '' || choose()) return { ...others, name: short, namespace }
  return { ...others, name: `${namespace}.${short}` }
}

function reordered(members: Json, choose: Choose): Json {
  return Object.fromEntries(choose() ? Object.entries(members).toReversed() : Object.entries(members))
}

const pairs = loadPairs(repository)
const shipped = globSync('schemas/**/*.avsc', { cwd: repository }).map((path) => ({
  schema: readFileSync(join(repository, path), 'utf8'),
  references: []
}))
const schemas: readonly Version[] = [...pairs.flatMap((pair) => [pair.old, pair.new]), ...shipped]

function canonical({ schema, references }: Version) {
  return canonicalText(
    schema,
    references.map((one) => one.schema)
  )
}

describe('the canonical text of a schema', () => {
  it(`is the same in all its spellings, over ${schemas.length} schemas`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.gen(), (version, gen) => {
        const other = respelt(JSON.parse(version.schema), '', () => gen(fc.boolean))
        const text = JSON.stringify(other)
        assert.equal(canonical({ ...version, schema: text }), canonical(version), text)
      }),
      { numRuns: 5000 }
    )
  })

  it('differs where schemas differ, in all pairs but those that are one schema', () => {
    const alike = pairs.filter((pair) => canonical(pair.old) === canonical(pair.new))
    assert.deepEqual(
      alike.filter((pair) => JSON.stringify(pair.old) !== JSON.stringify(pair.new)).map(({ name }) => name),
      [
        'the namespace is written in the name',
        'a nested record takes the namespace of the outer one',
        'a field refers to a record of its own namespace by its short name',
        'a nested record moves into a reference'
      ]
    )
  })

  it('tells the same valid schemas apart without the schemas they refer to as with them', () => {
    const fixed = (name: string, namespace = ''): Json => ({ type: 'fixed', name, namespace, size: 1 })
    const referable = [fixed('P'), fixed('P', 'a'), fixed('Q'), fixed('P', 'b')].map((one) =>
      JSON.stringify(one)
    )
    const types = ['P', 'a.P', 'b.P', 'Q', 'a.Q', fixed('P'), fixed('P', 'a')]
    let valid = 0
    for (let mask = 1; mask < 2 ** referable.length; mask += 1) {
      const referred = referable.filter((_, n) => (mask >> n) & 1)
      const knowing = new Map<string, string>()
      const unknowing = new Map<string, string>()
      for (const fieldTypes of types.flatMap((x) => types.flatMap((y) => types.map((z) => [x, y, z])))) {
        const fields = fieldTypes.map((type, n) => ({ name: `f${n}`, type }))
        const text = JSON.stringify({ type: 'record', name: 'a.R', fields })
        if (!isValid(text, referred)) continue
        valid += 1
        const [known, unknown] = [canonicalText(text, referred), canonicalText(text)]
        assert.equal(knowing.get(unknown) ?? known, known, text)
        assert.equal(unknowing.get(known) ?? unknown, unknown, text)
        knowing.set(unknown, known)
        unknowing.set(known, unknown)
      }
    }
    assert.ok(valid > 500, `${valid} valid schemas`)
  })
})

function isValid(text: string, referred: readonly string[]): boolean {
  try {
    parseAvro(text, referred)
    return true
  } catch {
    return false
  }
}
