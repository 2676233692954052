import type { Random } from '../faults/random.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'
import { canonically } from './strict-reading.ts'

/** An event in canonical form, or changed: as it then stands, in canonical form again, or almost. */
export function eventInput(seeds: readonly Buffer[], random: Random): Buffer {
  let input = random.pick(seeds)
  for (let changes = random.integer(0, 3); changes > 0; changes -= 1) {
    input = mutateJson(input, random.pick(seeds), random)
  }
  const kind = random.integer(0, 3)
  if (kind > 1) return input
  const canonical = inCanonicalForm(input)
  return kind === 1 ? canonical : almost(canonical, random)
}

/** A batch of such events of any schema, most of them as they were; seldom about as many as a batch may have. */
export function batchInput(seeds: readonly Buffer[], random: Random): Buffer {
  const isLong = random.integer(0, 999) === 0
  const events = Array.from({ length: isLong ? random.integer(499, 502) : random.integer(0, 5) }, () =>
    isLong || random.integer(0, 3) > 0 ? random.pick(seeds) : eventInput(seeds, random)
  )
  const text = `[${events.map((event) => event.toString('latin1')).join()}]`
  const body = Buffer.from(text, 'latin1')
  switch (random.integer(0, 5)) {
    case 0:
      return mutateJson(body, random.pick(seeds), random)
    case 1:
      return almost(body, random)
    case 2:
      return Buffer.from(somewhere(text, /\},\{/, random.pick(betweenEvents), random), 'latin1')
    case 3:
      return Buffer.from(text.replace(/\]$/, random.pick(ends)), 'latin1')
    default:
      return body
  }
}

const betweenEvents = [
  ...['}{', '},,{', '} ,{', '},\n{', '}\u0000{', '};{', '},null,{', '},[{', '}},{', '}],[{', '},']
]
const ends = ['', ',]', ']]', '] ', ']\n', ']x', ']\u0000', '}]', ',{}]', ',1]', ',"]', ' ]', '\ufeff]']

function inCanonicalForm(bytes: Buffer): Buffer {
  try {
    return Buffer.from(canonically(JSON.parse(bytes.toString())))
  } catch {
    return bytes // It is no JSON, or nested too deeply to be written.
  }
}

/** One change after which a canonical text still looks like one. */
function almost(bytes: Buffer, random: Random): Buffer {
  const edit = random.integer(0, edits.length)
  return edits[edit]?.(bytes, random) ?? mutateBytes(bytes, bytes, random)
}

const member = /("[^"]*":(?:"[^"]*"|[^",[\]{}]+))/
const oddValues = [
  ...['-0', '1e21', '1e+21', '1000000000000000000000', '9007199254740991', '9007199254740992', '0.5', '1.0'],
  ...['-9007199254740991', '-9007199254740992', '""', '"},{"', '"}]"', '"[{"', '"]"', '"\u007f"', '"\ufeff"'],
  ...['"\ufffd"', '"\ufffe"', '"\u{1fffe}"', '"\u{10fffd}"', '"\u0085"', '"\\""', '"\\\\"'],
  ...['"\\u00e9"', '"\t"', '2147483648', '-2147483649', '"2016-12-31T23:59:60.000Z"', '"2027-02-29"']
]
/** In the order of UTF-16 code units, in that of code points, as one name in two spellings, and what objects inherit. */
const oddMembers = [
  ...['"\u{1f600}":1,"\ufb33":2', '"\ufb33":1,"\u{1f600}":2', '"\u00e9":1,"e\u0301":2'],
  ...['"ze\u0301":1,"z\u00e9":2', '"zé":1', '"z\u007f":1'],
  ...['"__proto__":1', '"zz":{"__proto__":1}', '"zz":{"":1}', '"zz":{"10":1,"9":2}', '"zz":{"9":1,"10":2}'],
  ...['"zz":{"A":1,"a":2}', '"zz":{"a":1,"A":2}', '"zz":{"a":1,"aa":2,"a\u0020":3}', '"zz":[{}]', '"zz":null']
]

const edits: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => edited(bytes, random, new RegExp(`${member.source},${member.source}`), '$2,$1'),
  (bytes, random) => edited(bytes, random, member, '$1,$1'),
  (bytes, random) => edited(bytes, random, /:(?:"[^"]*"|[^",[\]{}]+)/, `:${random.pick(oddValues)}`),
  (bytes, random) => edited(bytes, random, /\}/, `,${random.pick(oddMembers)}}`),
  (bytes, random) => edited(bytes, random, /[{}[\]:,]/, random.pick([' $&', '$&\n', '$&$&', ''])),
  (bytes, random) =>
    edited(bytes, random, /"[^"\\]/, random.pick(['$&\\u0041', '$&\\/', '$&\u202e', '$&\\ud800'])),
  // About as many members, as deep and as long as may be.
  (bytes, random) => edited(bytes, random, /\}$|\}\]$/, `,${members(random.integer(993, 998))}$&`),
  (bytes, random) => edited(bytes, random, /\}/, `,"zz":${nested(random.integer(27, 32))}}`),
  (bytes, random) => {
    const left = random.integer(65_535, 65_538) - bytes.length
    return edited(bytes, random, /":"/, `":"${'x'.repeat(Math.max(0, left))}`)
  }
]

function members(count: number): string {
  const names = Array.from({ length: count }, (_one, index) => `"z${String(index).padStart(4, '0')}"`)
  return names.map((name, index) => `${name}:${index}`).join()
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}[]${'}'.repeat(depth)}`
}

function edited(bytes: Buffer, random: Random, pattern: RegExp, replacement: string): Buffer {
  return Buffer.from(somewhere(bytes.toString(), pattern, replacement, random))
}

/** Replaces the first match after any place. */
function somewhere(text: string, pattern: RegExp, replacement: string, random: Random): string {
  const at = random.integer(0, text.length)
  return text.slice(0, at) + text.slice(at).replace(pattern, replacement)
}
