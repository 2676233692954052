import type { Random } from '../faults/random.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** Values that stand at an edge, as they are written. */
const edgeTexts: readonly string[] = [
  ...['null', 'true', 'false', '{}', '[]', '""', '0', '-0', '00', '01', '1.0', '1e3', '1E400', '-1e-7'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740991', '-9007199254740993'],
  ...['18446744073709551616', '2147483648', '0x10', 'NaN', 'Infinity', '-Infinity', '+1', '.5', '1.', '-'],
  ...['"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\\uffff"', '"\\u202e"', '"\\u0085"', '"\\n\\t"'],
  ...['"\u0001"', '"e\\u0301"', '"\u00e9"', '"\u212b"', '"\\ud83d\\ude00"', '"\u2028"', '"\ud7a3"', "'a'"],
  ...['"1969-12-31T23:59:60.000Z"', '"2026-02-30"', '"9999-12-31T23:59:59.999Z"', '"10000-01-01"'],
  ...['"-000001-01-01"', '"0000-01-01"', '"AA=="', '"AB"', '"A"', '"-_"', '"+/"', '"../../etc/passwd"'],
  ...['"%2e%2e%2f"', '"a\\r\\nb"', '"*"', '"000.00.92.H03"', '"000.00.92.H03,000.00.92.H03"', '"/bus"']
]

/** Names that mean something to somebody. */
const edgeNames: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'data', 'data_base64', 'id'],
  ...['source', 'type', 'subject', 'time', 'nonce', 'recipients', 'specversion', 'dataschema', 'expirytime'],
  ...['traceparent', 'correlationid', 'onbehalfof', 'datacontenttype', 'bus', '10', '9', '0', '', 'A', 'é'],
  ...['iss', 'sub', 'aud', 'iat', 'exp', 'nbf', 'jti', 'events', 'htm', 'htu', 'body', 'alg', 'kid', 'typ'],
  ...['crit', 'b64', 'jwk', 'jku', 'x5c', 'zip', 'length', 'attachments', 'sha256', 'size', 'then']
]

/** What is put between the tokens of a text. */
const strays: readonly string[] = [
  ...[' ', '\t', '\n', '\r', '\u00a0', '\ufeff', ',', ':', '{', '}', '[', ']', '"', '\\', '/**/', '//'],
  ...['\u0000', '\v', '\u2028']
]

type Members = Record<string, unknown>

/** One change of a JSON text: of what it says, of how it is written, or of its bytes. */
export function mutateJson(text: Buffer, other: Buffer, random: Random): Buffer {
  const kind = random.integer(0, 9)
  const value = kind < 5 ? parsed(text) : undefined
  if (value !== undefined) return Buffer.from(written(changed(value, parsed(other), random)))
  return kind < 9 ? rewritten(text, random) : mutateBytes(text, other, random)
}

/** Changes one place in a value; edge values are marked, since no value writes itself as `1e400`. */
function changed(value: unknown, other: unknown, random: Random): unknown {
  const places: { holder: Members; name: string }[] = []
  const root: Members = { root: structuredClone(value) }
  collect(root, places)
  const { holder, name } = random.pick(places)
  const donor: { holder: Members; name: string }[] = []
  collect({ root: other }, donor)
  const known = holder[name]
  switch (random.integer(0, 9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1)
      else delete holder[name]
      break
    case 1:
      holder[name] = raw(random.pick(edgeTexts))
      break
    case 2:
      if (!Array.isArray(holder)) define(holder, random.pick(edgeNames), raw(random.pick(edgeTexts)))
      break
    case 3:
      if (!Array.isArray(holder)) define(holder, random.pick(edgeNames), known)
      break
    case 4: {
      const from = random.pick(donor)
      holder[name] = structuredClone(from.holder[from.name])
      break
    }
    case 5:
      holder[name] = nested(known, random)
      break
    case 6:
      holder[name] = swollen(known, random)
      break
    case 7:
      if (typeof known === 'number')
        holder[name] = known + random.pick([-1, 1, 0.5, 300, 2 ** 31, -(2 ** 53)])
      else if (typeof known === 'string') holder[name] = bent(known, random)
      break
    default: {
      const from = random.pick(places)
      const mine = holder[name]
      holder[name] = structuredClone(from.holder[from.name])
      if (from.holder !== root) from.holder[from.name] = structuredClone(mine)
    }
  }
  return root.root
}

function collect(holder: Members, places: { holder: Members; name: string }[]): void {
  for (const [name, value] of Object.entries(holder)) {
    places.push({ holder, name })
    if (typeof value === 'object' && value !== null) collect(value as Members, places)
  }
}

function define(holder: Members, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
}

function nested(value: unknown, random: Random): unknown {
  const depth = random.pick([1, 2, 30, 31, 32, 33, 100, 5000])
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}']
  ] as const)
  return raw(`${open.repeat(depth)}${written(value)}${close.repeat(depth)}`)
}

/** No surface takes a longer text. */
const maxLength = 2 * 1_048_576

function swollen(value: unknown, random: Random): unknown {
  const most = Math.ceil(maxLength / written(value).length)
  const times = Math.min(random.pick([2, 17, 255, 256, 1000, 1001, 10_001]), most)
  if (typeof value === 'string') return value.slice(0, 100).padEnd(1, 'ữ').repeat(times)
  if (Array.isArray(value))
    return Array.from({ length: times }, (_unused, index) => value[index % (value.length || 1)] ?? 0)
  if (typeof value !== 'object' || value === null) return raw(`${written(value)}${'0'.repeat(times)}`)
  return {
    ...value,
    ...Object.fromEntries(Array.from({ length: times }, (_unused, index) => [`x${index}`, index]))
  }
}

function bent(text: string, random: Random): string {
  const at = random.integer(0, text.length)
  const put = random.pick([
    '\u0301',
    '\u202e',
    ' ',
    '\t',
    '\u0000',
    '.',
    ',',
    '/',
    '%',
    'x',
    '0',
    '\ud800',
    '\u200b',
    'І'
  ])
  const bends = [
    text.slice(0, at) + put + text.slice(at),
    text.normalize('NFD'),
    text.toUpperCase(),
    text.slice(0, at),
    ` ${text}`
  ]
  return random.pick(bends)
}

/** Changes how a text is written: escapes, blanks, strays, a member twice, another way to write a number. */
function rewritten(bytes: Buffer, random: Random): Buffer {
  const tokens = bytes.toString('utf8').match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+|\s+|"/gs) ?? ['']
  const at = random.integer(0, tokens.length - 1)
  const token = tokens[at] ?? ''
  const inner = token.slice(1, -1)
  switch (random.integer(0, 6)) {
    case 0:
      tokens[at] = `${token}${random.pick(strays)}`
      break
    case 1:
      tokens[at] = random.pick(edgeTexts)
      break
    case 2:
      if (token.startsWith('"')) tokens[at] = `"${escaped(inner, random)}"`
      break
    case 3: {
      const names = tokens.flatMap((text, index) => (text === ':' ? [index - 1] : []))
      const name = tokens[random.pick(names.length > 0 ? names : [0])] ?? '"a"'
      const twin = random.integer(0, 1) === 0 ? name : `"${escaped(name.slice(1, -1), random)}"`
      const brace = tokens.findIndex((text, index) => text === '{' && index >= random.integer(0, at))
      tokens.splice(brace + 1, 0, `${twin}:${random.pick(edgeTexts)},`)
      break
    }
    case 4:
      tokens.splice(at, random.integer(1, 3))
      break
    case 5:
      tokens.splice(at, 0, tokens.slice(at, at + random.integer(1, 12)).join(''))
      break
    default:
      return Buffer.from(tokens.join(random.pick([' ', '\n', '\t '])))
  }
  return Buffer.from(tokens.join(''))
}

function escaped(inner: string, random: Random): string {
  const every = random.integer(1, 4)
  let index = 0
  return inner.replace(/\\.|[\s\S]/g, (one) => {
    index += 1
    return one.length > 1 || index % every > 0 ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const mark = '\u0001'

function raw(text: string): string {
  return `${mark}${Buffer.from(text).toString('hex')}${mark}`
}

function written(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(/"\\u0001([0-9a-f]*)\\u0001"/g, (_whole, hex: string) =>
    Buffer.from(hex, 'hex').toString()
  )
}

/** Deeper, walking over it might end this process's own stack. */
const maxDepth = 300

function parsed(bytes: Buffer): unknown {
  try {
    const text = bytes.toString('utf8')
    let depth = 0
    for (const [bracket] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
      if (bracket.startsWith('"')) continue
      depth += bracket === '[' || bracket === '{' ? 1 : -1
      if (depth > maxDepth) return undefined
    }
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
