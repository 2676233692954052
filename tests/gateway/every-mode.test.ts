import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeRequest } from '#gateway/routes/events/decode-request.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { checkEvent } from '#protocol/events/event.ts'
import type { Json } from '#protocol/events/json.ts'
import { strictJson } from '#protocol/events/strict-json.ts'
import { documentOf } from '../fuzz/token-makers.ts'

/** What is refused of an event in one mode is refused in all, with the same code; what is taken is the same event. */

type Attributes = Readonly<Record<string, unknown>>

/** One of each kind of character that no text may hold, and some that any may. */
const characters =
  '\u0000 \u0001 \u0008 \t \n \u000b \r \u001b \u001f \u007f \u0080 \u0085 \u009b \u009f \u202a \u202e \u2066 \u2069 \ufdd0 \ufdef \ufffe \uffff \u{1fffe} \u{10ffff} \ud800 \udfff % " \\ a Z 0 ế é e\u0301 \u2028 \ufeff 😀 𐀀'.split(
    ' '
  )
const text = fc.array(fc.constantFrom(...characters, ' '), { maxLength: 6 }).map((some) => some.join(''))
const name = fc.oneof(
  fc.constantFrom('subject', 'correlationid', 'causationid', 'tracestate', 'note', 'id', 'recipients'),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'tostring', 'data_base64', 'a_b', 'a-b', ''),
  fc.stringMatching(/^[a-z0-9_!#$.~-]{1,24}$/)
)
const attributes = fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true })
const members = fc.oneof(fc.constant({}), fc.dictionary(name, text, { maxKeys: 2, noNullPrototype: true }))

/** By hand, as a stranger would: each byte that is not a plain one, a lone surrogate by the bytes UTF-8 has no room for. */
function headersOf(event: Attributes): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const [attribute, value] of Object.entries(event)) {
    if (attribute !== 'data' && attribute !== 'datacontenttype')
      headers[`ce-${attribute}`] = encoded(String(value))
  }
  return headers
}

function encoded(value: string): string {
  const bytes = [...value].flatMap((character) =>
    character.isWellFormed() ? [...Buffer.from(character)] : surrogateBytes(character.charCodeAt(0))
  )
  return bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function surrogateBytes(code: number): number[] {
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
}

const modes: Readonly<Record<string, (event: Attributes) => readonly Json[]>> = {
  structured: (event) => decoded({ 'content-type': 'application/cloudevents+json' }, event),
  batch: (event) => decoded({ 'content-type': 'application/cloudevents-batch+json' }, [event]),
  binary: (event) => decoded(headersOf(event), event.data),
  connector: (event) => [strictJson(event)]
}

function decoded(headers: Readonly<Record<string, string>>, value: unknown): readonly Json[] {
  return [...decodeRequest(headers, Buffer.from(JSON.stringify(value))).events].flatMap(
    (event) => event?.value ?? []
  )
}

/** The code an event is refused with, or its canonical form. */
function verdict(mode: string, event: Attributes): string {
  try {
    const [value] = modes[mode]?.(event) ?? []
    return canonicalJson(checkEvent(value as never) as unknown as Json)
  } catch (error) {
    if (error instanceof BusError) return error.code
    throw error
  }
}

describe('an event in every mode', () => {
  const base = { ...documentOf('A', 'modes-1'), datacontenttype: 'application/json' }

  it('meets the same verdict, whatever its attributes and its data hold', () => {
    const met = new Map<string, number>()
    fc.assert(
      fc.property(attributes, members, (some, data) => {
        const event = Object.defineProperties(
          { ...base, data },
          Object.getOwnPropertyDescriptors(some)
        ) as Attributes
        const expected = verdict('structured', event)
        for (const mode of Object.keys(modes)) assert.equal(verdict(mode, event), expected, mode)
        const kind = expected.startsWith('{') ? 'taken' : expected
        met.set(kind, (met.get(kind) ?? 0) + 1)
      }),
      { numRuns: 5000, seed: 12 }
    )
    for (const kind of ['taken', 'BUS_JSON_INVALID', 'BUS_ATTRIBUTE_INVALID']) {
      assert.ok((met.get(kind) ?? 0) > 200, `${kind} was met ${met.get(kind)} times`)
    }
  })

  for (const character of characters) {
    const code = `U+${character.codePointAt(0)?.toString(16).padStart(4, '0')}`
    it(`meets the same verdict with ${code} at any place of an attribute and of the data`, () => {
      for (const text of [character, `a${character}`, `${character}b`]) {
        for (const event of [
          { ...base, subject: text },
          { ...base, note: text },
          { ...base, data: { text } },
          { ...base, data: { [text]: 1 } }
        ]) {
          const expected = verdict('structured', event)
          for (const mode of Object.keys(modes)) assert.equal(verdict(mode, event), expected, mode)
        }
      }
    })
  }

  it('has its data in the body alone, and its media type in Content-Type alone', () => {
    for (const attribute of ['data', 'datacontenttype']) {
      const headers = { ...headersOf(base), [`ce-${attribute}`]: 'application/json' }
      assert.throws(
        () => decodeRequest(headers, Buffer.from('{}')),
        ({ code, fault }: BusError) =>
          code === 'BUS_ATTRIBUTE_INVALID' && fault === 'binary-header-not-attribute'
      )
    }
  })

  it('is decoded once, and a quoted header first', () => {
    const subjectOf = (header: string): unknown => {
      const [event] = decodeRequest({ ...headersOf(base), 'ce-subject': header }, Buffer.from('{}')).events
      return (event?.value as { subject?: string } | undefined)?.subject
    }
    assert.equal(subjectOf('a%2541'), 'a%41')
    assert.equal(subjectOf('"a b \\"c\\" %41"'), 'a b "c" A')
    assert.equal(subjectOf('%22a%22'), '"a"')
  })
})
