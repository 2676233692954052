import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { createRandom, type Random } from '../faults/random.ts'
import { everyShape } from '../helpers/every-shape.ts'
import { payloadArbitrary } from '../helpers/payload-arbitrary.ts'
import { schemaArbitrary } from '../helpers/schema-arbitrary.ts'
import { batchInput, eventInput } from './canonical-inputs.ts'
import {
  type Compared,
  compareBatch,
  compareEvent,
  type Judged,
  judge,
  type OneReading,
  oneReading,
  seededFaults
} from './one-reading.ts'

/**
 * `npm run fuzz:canonical -- --inputs 1000000 --seed 1`: events with payloads of every schema of the province
 * and of random schemas, and batches of them, as their canonical form has them and changed: what is read
 * once is what the strict parser reads, with the same hash, or refused as it is there; and what is encoded
 * is decoded to the same canonical form.
 */
const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } }
})
const inputs = Number(values.inputs)
const seed = Number(values.seed)
const samples = 200
const randomSchemas = 200

interface Subject extends Judged {
  readonly seeds: readonly Buffer[]
  encoded: number
}

function subjectOf(schemaText: string): Subject {
  const payloads = fc.sample(payloadArbitrary(createPayloadCodec(schemaText).shape), {
    numRuns: samples,
    seed
  })
  const attributes = { id: 'a', specversion: '1.0', subject: 'Hồ sơ', type: 'a.b.v1' }
  const seeds = payloads.map((data) => Buffer.from(canonicalJson({ ...attributes, data })))
  return { ...judge(schemaText), seeds, encoded: 0 }
}

const ofProvince = [...shippedSchemas().map(({ text }) => text), everyShape].map(subjectOf)
const atRandom = fc.sample(schemaArbitrary, { numRuns: randomSchemas, seed }).map(subjectOf)
const subjects = [...ofProvince, ...atRandom]
const allSeeds = [...subjects.flatMap(({ seeds }) => seeds), Buffer.from('{}')]

interface Tried {
  readonly input: Buffer
  readonly compared: Compared
}

type Kind = (random: Random, reading: OneReading) => Tried

function eventOf(all: readonly Subject[]): Kind {
  return (random, reading) => {
    const subject = random.pick(all)
    const input = eventInput(subject.seeds, random)
    const compared = compareEvent(input, subject, reading)
    if (compared.isEncoded) subject.encoded += 1
    return { input, compared }
  }
}

const kinds: Readonly<Record<string, Kind>> = {
  'events of the schemas of the province': eventOf(ofProvince),
  'events of random schemas': eventOf(atRandom),
  batches: (random, reading) => {
    const input = batchInput(allSeeds, random)
    return { input, compared: compareBatch(input, reading) }
  }
}

interface Count {
  readonly name: string
  readonly inputs: number
  readonly read: number
  readonly encoded: number
}

interface Ran {
  readonly tries: number
  readonly counts: readonly Count[]
  readonly found?: { readonly difference: string; readonly input: Buffer }
}

/** Runs inputs until there were so many, or one is not the same. */
function run(most: number, reading: OneReading): Ran {
  const random = createRandom(seed)
  const counts = Object.entries(kinds).map(([name, kind]) => ({ name, kind, inputs: 0, read: 0, encoded: 0 }))
  for (let tries = 1; tries <= most; tries += 1) {
    const count = random.pick(counts)
    const { input, compared } = count.kind(random, reading)
    count.inputs += 1
    if (compared.isRead) count.read += 1
    if (compared.isEncoded) count.encoded += 1
    const { difference } = compared
    if (difference !== undefined) return { tries, counts, found: { difference, input } }
  }
  return { tries: most, counts }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
let missed = 0
for (const [name, reading] of Object.entries(seededFaults)) {
  const { tries, found } = run(100_000, reading)
  say(`seeded: ${name}: ${found ? `found after ${tries} inputs: ${found.difference}` : 'MISSED'}`)
  if (!found) missed += 1
}
for (const subject of subjects) subject.encoded = 0
const { tries, counts, found } = run(inputs, oneReading)
say(`seed ${seed}: ${tries} inputs of ${ofProvince.length} schemas and ${atRandom.length} random ones`)
for (const { name, inputs: all, read, encoded } of counts) {
  say(`${name}: ${all}, read as canonical ${read}, encoded and decoded again ${encoded}`)
}
const least = Math.min(...subjects.map(({ encoded }) => encoded))
say(`of each schema at least ${least} were encoded`)
if (found) say(`${found.difference}: ${found.input.toString()}`)
const isBlind = least === 0 || counts.some(({ read }) => read === 0)
process.exitCode = found || missed > 0 || isBlind ? 1 : 0
