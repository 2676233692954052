import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { createRandom, type Random } from '../faults/random.ts'
import { everyShape } from '../helpers/every-shape.ts'
import { payloadArbitrary } from '../helpers/payload-arbitrary.ts'
import { schemaArbitrary } from '../helpers/schema-arbitrary.ts'
import { mutateJson } from './mutate-json.ts'
import { compare, type Judged, judge, type OneReading, oneReading, seededFaults } from './one-reading.ts'

/**
 * `npm run fuzz:canonical -- --inputs 1000000 --seed 1`: events with payloads of every schema of the province
 * and of random schemas, as their canonical form has them and changed: what is read as canonical is what
 * the strict parser reads, with the same hash, and what is encoded is decoded as it was.
 */
const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } }
})
const inputs = Number(values.inputs)
const seed = Number(values.seed)
const samples = 200
const randomSchemas = 40

interface Subject extends Judged {
  readonly seeds: readonly Buffer[]
}

const subjects: readonly Subject[] = [
  ...shippedSchemas().map(({ text }) => text),
  everyShape,
  ...fc.sample(schemaArbitrary, { numRuns: randomSchemas, seed })
].map((text) => {
  const payloads = fc.sample(payloadArbitrary(createPayloadCodec(text).shape), { numRuns: samples, seed })
  const attributes = { id: 'a', specversion: '1.0', subject: 'Hồ sơ', type: 'a.b.v1' }
  return {
    ...judge(text),
    seeds: payloads.map((data) => Buffer.from(canonicalJson({ ...attributes, data })))
  }
})

interface Ran {
  readonly inputs: number
  readonly read: number
  readonly encoded: number
  readonly found?: { readonly difference: string; readonly input: Buffer }
}

/** Runs inputs until there were so many, or one is not the same. */
function run(most: number, random: Random, tried: OneReading): Ran {
  let [read, encoded] = [0, 0]
  for (let count = 1; count <= most; count += 1) {
    const subject = random.pick(subjects)
    let input = random.pick(subject.seeds)
    for (let changes = random.integer(0, 3); changes > 0; changes -= 1) {
      input = mutateJson(input, random.pick(subject.seeds), random)
    }
    const { isRead, isEncoded, difference } = compare(input, subject, tried)
    if (isRead) read += 1
    if (isEncoded) encoded += 1
    if (difference !== undefined) return { inputs: count, read, encoded, found: { difference, input } }
  }
  return { inputs: most, read, encoded }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
let missed = 0
for (const [name, tried] of Object.entries(seededFaults)) {
  const { inputs: tries, found } = run(100_000, createRandom(seed), tried)
  say(`seeded: ${name}: ${found ? `found after ${tries} inputs: ${found.difference}` : 'MISSED'}`)
  if (!found) missed += 1
}
const { found, ...counts } = run(inputs, createRandom(seed), oneReading)
say(
  `${counts.inputs} inputs of ${subjects.length} schemas: ${counts.read} read as canonical, ${counts.encoded} encoded`
)
if (found) say(`${found.difference}: ${found.input.toString()}`)
process.exitCode = found || missed > 0 || counts.read === 0 || counts.encoded === 0 ? 1 : 0
