/** Schemas made to wear a registry down. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)

const record = (name: string, fields: readonly object[] = []): object => ({ type: 'record', name, fields })

/** A schema and what it refers to. */
export type Hostile = readonly [schema: string, references?: readonly string[]]

/** Each is refused. */
export const refusedSchemas: Readonly<Record<string, () => Hostile>> = {
  'ten thousand arrays within each other': () => [
    `${'{"type":"array","items":'.repeat(1e4)}"int"${'}'.repeat(1e4)}`
  ],
  'ten million open brackets': () => ['['.repeat(1e7)],
  'open brackets within the length': () => ['['.repeat(2e5)],
  'a union of 10,000 records': () => [JSON.stringify(numbers(1e4).map((at) => record(`R${at}`)))],
  'a union of 10,000 branches within the length': () => [`[${'"a",'.repeat(1e4)}"a"]`],
  'an enum of a million symbols': () => [
    JSON.stringify({ type: 'enum', name: 'E', symbols: numbers(1e6).map((at) => `S${at}`) })
  ],
  'an enum of too many symbols within the length': () => [
    JSON.stringify({ type: 'enum', name: 'E', symbols: numbers(25_000).map((at) => `S${at}`) })
  ],
  'a name of 5 MB': () => [JSON.stringify(record('A'.repeat(5e6)))],
  'a name of 200 KB': () => [JSON.stringify(record('A'.repeat(2e5)))],
  'a namespace of 100,000 parts': () => [JSON.stringify({ ...record('A'), namespace: 'a.'.repeat(1e5) })],
  'a doc of 5 MB': () => [JSON.stringify({ ...record('A'), doc: 'x'.repeat(5e6) })],
  'a size of 200,000 digits': () => [`{"type":"fixed","name":"F","size":${'9'.repeat(2e5)}}`],
  'a default that could be of 2^30 types': () => [forkingDefault()],
  'more references than may be': () => ['"int"', numbers(201).map(() => '"int"')],
  'references of more than a megabyte together': () => [
    '"int"',
    numbers(150).map((at) => JSON.stringify({ ...record(`R${at}`), doc: 'x'.repeat(1e4) }))
  ],
  'references of too many values together': () => [
    '"int"',
    numbers(100).map((at) =>
      JSON.stringify({ type: 'enum', name: `E${at}`, symbols: numbers(300).map((n) => `S${n}`) })
    )
  ],
  'a record that would be a property of every object': () => ['"constructor"'],
  'a type by the name of the prototype': () => ['{"__proto__":{"type":"int"}}']
}

/** Each is taken, and must not grow. */
export const takenSchemas: Readonly<Record<string, () => Hostile>> = {
  'arrays to the greatest depth': () => [`${'{"type":"array","items":'.repeat(200)}"int"${'}'.repeat(200)}`],
  'an enum of 19,000 symbols': () => [enumOf('S')],
  'a field of 18,000 aliases': () => [aliased()],
  'references that would expand to 2^200 types': () => ['"T199"', doubling('int')],
  'a record that holds itself in every field': () => [
    JSON.stringify(
      record(
        'R',
        numbers(3000).map((at) => ({ name: `f${at}`, type: 'R' }))
      )
    )
  ]
}

/** Pairs of schemas that are slow to compare, by what makes them so. */
export const slowPairs: Readonly<Record<string, () => readonly [Hostile, Hostile]>> = {
  'enums of 19,000 symbols': () => [[enumOf('S')], [enumOf('T')]],
  'unions of 3,000 records that are named alike': () => [[alike(3000, 'a')], [alike(3000, 'b')]],
  'a field of many aliases, for thousands of records': () => [[aliased()], [alike(3000, 'b')]],
  'references that would expand to 2^200 types': () => [
    ['"T199"', doubling('int')],
    ['"T199"', doubling('long')]
  ],
  'cycles whose lengths have no divisor in common': () => [[cycle(60)], [cycle(59)]]
}

function enumOf(letter: string): string {
  return JSON.stringify({ type: 'enum', name: 'E', symbols: numbers(19_000).map((at) => `${letter}${at}`) })
}

function alike(count: number, namespace: string): string {
  return JSON.stringify(numbers(count).map((at) => record(`${namespace}${at}.R`)))
}

function aliased(): string {
  const aliases = numbers(18_000).map((at) => `x${at}`)
  return JSON.stringify(record('R', [{ name: 'a', aliases, type: 'int' }]))
}

function doubling(first: string): readonly string[] {
  return numbers(200).map((at) => {
    const type = at === 0 ? first : `T${at - 1}`
    return JSON.stringify(
      record(`T${at}`, [
        { name: 'a', type },
        { name: 'b', type }
      ])
    )
  })
}

function cycle(length: number): string {
  const inner = (at: number): object =>
    record(`n${at}.C`, [{ name: 'next', type: at === length - 1 ? 'n0.C' : inner(at + 1) }])
  return JSON.stringify(inner(0))
}

/** Each level's two records have a field of the next level's two; only the last says that it is of neither. */
function forkingDefault(): string {
  const levels = 30
  const union = (level: number): unknown => {
    if (level === 0) return 'int'
    const next = level === 1 ? 'int' : [`A${level - 1}`, `B${level - 1}`]
    return [
      record(`A${level}`, [{ name: 'x', type: union(level - 1) }]),
      record(`B${level}`, [{ name: 'x', type: next }])
    ]
  }
  const value = numbers(levels).reduce<unknown>((inner) => ({ x: inner }), 'not a number')
  return JSON.stringify(record('Top', [{ name: 'top', type: union(levels), default: value }]))
}
