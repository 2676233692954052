import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/**
 * `npm run hostile`: how long each hostile package keeps a processor busy until it is refused.
 * `npm run hostile -- --events 500`: publishes so many random events at every limit, on one machine and on Kafka,
 * PostgreSQL and S3, and checks that the projector never stops at one. `--seed S` makes the same events again.
 */
const { values } = parseArgs({
  options: { events: { type: 'string' }, seed: { type: 'string', default: String(randomInt(2 ** 31)) } }
})

if (values.events === undefined) {
  const { measurePackages } = await import('./measure-packages.ts')
  measurePackages()
} else {
  const { testHostileEvents } = await import('./test-hostile-events.ts')
  testHostileEvents({ seed: Number(values.seed), count: Number(values.events) })
}
