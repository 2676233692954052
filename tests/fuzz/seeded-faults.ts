import { createRandom } from '../faults/random.ts'
import { collectGarbage } from './cost.ts'
import { runFuzz } from './run-fuzz.ts'
import { type Oracle, oracles, type Surface } from './surface.ts'

const burnMs = 80
const heldBytes = 40 * 1_048_576
/** Most inputs that are not taken at all show nothing of what is wrong with an answer. */
const tries = 400
const held: Buffer[] = []

/** A surface with a fault of a known kind put into it: every answer falls over, is fooled, takes long or holds much. */
export function seeded(surface: Surface, oracle: Oracle): Surface {
  const { fallen, fooled } = surface.seededFaults
  const asks: Readonly<Record<Oracle, Surface['ask']>> = {
    'server-fault': fallen,
    forged: async (input) => fooled(await surface.ask(input)),
    slow: (input) => {
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < burnMs * 1000) Math.sqrt(performance.now())
      return surface.ask(input)
    },
    heavy: async (input) => {
      held.push(Buffer.alloc(heldBytes, 1)) // A collection must not take it before it is measured.
      return surface.ask(input)
    }
  }
  return { ...surface, ask: asks[oracle] }
}

/** The seeded faults that a run does not find; `leastBytes` measures an input with a fault of that kind. */
export async function missedSeededFaults(
  surface: Surface,
  leastBytes: (input: unknown, plant: Oracle) => number | undefined
): Promise<readonly Oracle[]> {
  const unfound: Oracle[] = []
  for (const oracle of oracles) {
    let found = false
    held.length = 0
    collectGarbage() // What is collected while a plant is measured would be taken off it.
    const faulty = seeded(surface, oracle)
    let isBroken = false
    const judge: Surface['judge'] = async (input, answer) => {
      const verdict = await faulty.judge(input, answer)
      isBroken ||= verdict.broken?.oracle === oracle
      return verdict
    }
    const most = oracle === 'slow' || oracle === 'heavy' ? 1 : tries
    const report = await runFuzz(
      { ...faulty, judge },
      {
        random: createRandom(1),
        goesOn: (inputs) => inputs < most && !isBroken,
        leastBytes: (input) => {
          if (found || oracle !== 'heavy') return undefined
          found = true
          return leastBytes(input, oracle)
        }
      }
    )
    if (!report.failures.some((failure) => failure.oracle === oracle)) unfound.push(oracle)
  }
  return unfound
}
