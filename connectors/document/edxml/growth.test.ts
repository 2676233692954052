import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lengthy } from '../fixtures/hostile.ts'
import { e, hop, smallPackage, withFiles } from '../fixtures/small.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { timeIn } from '../transport/package-order.ts'
import { readPackage } from './read-package.ts'

/** Processor time of this thread in microseconds: what others do on the machine changes little of it. */
function costOf(times: number, use: () => void): number {
  const before = process.threadCpuUsage()
  for (let time = 0; time < times; time += 1) {
    try {
      use()
    } catch {
      // Refused, as most of them are.
    }
  }
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

const short = 8000
/** Less than this is noise: some systems count processor time in ticks. */
const leastCost = 4000

/**
 * One that is eight times as long may cost what eight short ones do and something on top; what is quadratic costs
 * eight times as much.
 * One good measurement of some is enough: collecting garbage costs time too.
 */
function assertLinear(what: string, use: (length: number) => void): void {
  const costs: (readonly [number, number])[] = []
  for (let tries = 0; tries < 6; tries += 1) {
    const [small, large] = [costOf(8, () => use(short)), costOf(1, () => use(8 * short))]
    if (large / Math.max(small, leastCost) < 3) return
    costs.push([small, large])
  }
  assert.fail(`${what}: ${costs.map(([small, large]) => `${small} and ${large} µs`).join(', ')}`)
}

const read = (xml: string) => readPackage(Buffer.from(xml))
const base = read(smallPackage())
const header = 'edXMLEnvelope/edXMLHeader/MessageHeader'
const writtenWith = (path: string, value: string) =>
  writtenPackage(base.type, { ...base.data, extensions: [{ path, value }] }, [])

describe('the time to read or write a package grows with its length, not faster', () => {
  for (const [what, [, xml]] of Object.entries(lengthy))
    it(what, () => assertLinear(what, (length) => read(xml(length))))

  const fillers = [
    ' ',
    '\n',
    '=',
    'T',
    'A',
    '0',
    '/',
    ':',
    ',',
    '.',
    '-----',
    '&lt;',
    'cid:',
    '%2',
    '\u0301\u0323'
  ]
  const places: Readonly<Record<string, (text: string) => string>> = {
    'an unknown element': (text) => smallPackage({ message: e('Zz', text) }),
    'an agency code': (text) => smallPackage({ message: e('To', e('OrganId', text)) }),
    'an identifier': (text) => smallPackage({ business: e('BussinessDocType', '1') + e('DocumentId', text) }),
    'a number': (text) => smallPackage({ message: e('OtherInfo', e('PageAmount', text)) }),
    'a date': (text) => smallPackage({ message: e('DueDate', text) }),
    'a time': (text) => smallPackage({ hops: hop + e('TraceHeader', e('Timestamp', text)) }),
    'the id of a file': (text) => withFiles({ id: text }),
    'the name of a file': (text) => withFiles({ name: text }),
    'the type of a file': (text) => withFiles({ type: text }),
    'the content of a file': (text) => withFiles({ content: text })
  }
  for (const [place, xml] of Object.entries(places)) {
    it(`${place}, whatever is in it`, () => {
      for (const filler of fillers) {
        for (const [start, end] of [
          ['', ''],
          ['A', '!'],
          ['', 'A']
        ] as const) {
          const textOf = (length: number): string => start + filler.repeat(length / filler.length) + end
          assertLinear(`${JSON.stringify(filler)} ${end}`, (length) => read(xml(textOf(length))))
        }
      }
    })
  }

  it('extensions of an event', () => {
    assertLinear('blanks', (length) => writtenWith(`${header}/Zz`, `A${' '.repeat(length)}!`))
    assertLinear('letters', (length) => writtenWith(`${header}/DueDate`, 'T'.repeat(length)))
    assertLinear('a path', (length) => writtenWith(`${header}/${'A/'.repeat(length / 2)}A`, 'x'))
  })

  it('the beginning of a package, where times are looked for', () => {
    for (const part of [
      '<Timestamp ',
      '<a:',
      '<Timestamp>1',
      '<Timestamp>2026/02/27</a>',
      'TraceHeaderList',
      '</a:'
    ])
      assertLinear(part, (length) => timeIn(Buffer.from(part.repeat((4 * length) / part.length))))
  })
})
