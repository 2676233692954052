import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { createRandom } from '../faults/random.ts'
import { collectGarbage, leastMs, measured } from './cost.ts'
import { corpusFolder, keep, keptIn, readKept } from './kept.ts'
import { report } from './report.ts'
import { runFuzz } from './run-fuzz.ts'
import { missedSeededFaults, seeded } from './seeded-faults.ts'
import type { Oracle, Surface } from './surface.ts'
import { surfaces } from './surfaces.ts'

/**
 * `npm run fuzz -- --surface tokens|json|avro|edxml --minutes M`: hands the bus
 * inputs made from valid ones, and holds every answer to the oracles of
 * `surface.ts`. `--seed S` makes the same run again, `--inputs N` ends it by
 * count, `--replay FILE` runs one kept input and tells what became of it,
 * `--kept FOLDER` says where inputs are kept.
 */
const { values } = parseArgs({
  options: {
    surface: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    replay: { type: 'string' },
    kept: { type: 'string', default: 'var/fuzz' },
    plant: { type: 'string' },
    bytes: { type: 'boolean', default: false }
  }
})

process.exitCode = values.replay === undefined ? await fuzz() : await replay(values.replay)

async function fuzz(): Promise<number> {
  const open = surfaces[values.surface ?? '']
  if (!open) return tell(`--surface is one of ${Object.keys(surfaces).join(', ')}`, 1)
  tell(`surface ${values.surface}, seed ${values.seed}`)
  const surface = await open()
  try {
    const unfound = await missedSeededFaults(surface, (input, plant) => leastBytes(surface, input, plant))
    const until = performance.now() + Number(values.minutes) * 60_000
    const most = Number(values.inputs ?? Number.POSITIVE_INFINITY)
    const result = await runFuzz(surface, {
      random: createRandom(Number(values.seed)),
      goesOn: (inputs) => inputs < most && performance.now() < until,
      first: keptIn(corpusFolder, surface.name).map(({ input }) => input),
      leastBytes: (input) => leastBytes(surface, input)
    })
    const folder = join(values.kept, `${surface.name}-${values.seed}`)
    for (const [why, input] of result.corpus)
      keep(join(folder, 'corpus'), { surface: surface.name, why, input })
    const files = result.failures.map(({ oracle, why, input }) =>
      keep(folder, { surface: surface.name, why: `${oracle} ${why}`, input })
    )
    tell(`seeded faults the checker missed: ${unfound.length === 0 ? 'none' : unfound.join(', ')}`)
    for (const line of report(result)) tell(line)
    tell(`kept in ${relative('.', folder)}`)
    for (const [index, { oracle, why }] of result.failures.entries()) {
      tell(`${oracle}: ${why.slice(0, 300)}\n  npm run fuzz -- --replay ${files[index]}`)
    }
    return unfound.length + result.failures.length === 0 ? 0 : 1
  } finally {
    await surface.close()
  }
}

/** Runs one kept input; with `--bytes` it tells only by how much the process's highest memory grew. */
async function replay(file: string): Promise<number> {
  const { surface: name, input } = readKept(file)
  const open = surfaces[name]
  if (!open) return tell(`${basename(file)} is for no surface there is: ${name}`, 1)
  const sound = await open()
  const surface = values.plant === undefined ? sound : seeded(sound, values.plant as Oracle)
  try {
    if (values.bytes) return tell(String(await grownBytes(sound, surface, input)))
    const verdict = await surface.judge(input, await surface.ask(input))
    const ms = await leastMs(() => surface.ask(input))
    const bytes = leastBytes(surface, input, values.plant as Oracle | undefined) ?? 0
    tell(`${verdict.code} (${verdict.novelty})`)
    tell(`${ms.toFixed(1)} ms, ${(bytes / 1_048_576).toFixed(1)} MB`)
    return verdict.broken ? tell(`${verdict.broken.oracle}: ${verdict.broken.why}`, 1) : 0
  } finally {
    await surface.close()
  }
}

/**
 * After the code was made warm on what is valid: by how much the kernel's count
 * of the highest memory passes what was held before, or, where that is more,
 * by how much heap and buffers grew. Garbage counts in both.
 */
async function grownBytes(sound: Surface, surface: Surface, input: unknown): Promise<number> {
  for (let round = 0; round < 10; round += 1)
    for (const seed of sound.seeds.slice(0, 10)) await sound.ask(seed)
  collectGarbage()
  const held = process.memoryUsage.rss()
  const height = process.resourceUsage().maxRSS
  const { cost } = await measured(() => surface.ask(input))
  const now = process.resourceUsage().maxRSS
  return now > height ? Math.max(now * 1024 - held, cost.bytes) : cost.bytes
}

/** How far an input alone drives the memory of a fresh process: the least of three. */
function leastBytes(surface: Surface, input: unknown, plant?: Oracle): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-fuzz-'))
  try {
    const file = keep(folder, { surface: surface.name, why: 'measured', input })
    const words = [
      '--max-semi-space-size=1',
      join(import.meta.dirname, 'main.ts'),
      '--bytes',
      '--replay',
      file
    ]
    const grown = Array.from({ length: plant === undefined ? 3 : 1 }, () => {
      const child = spawnSync(process.execPath, [
        ...words,
        ...(plant === undefined ? [] : ['--plant', plant])
      ])
      return child.status === 0 ? Number(child.stdout) : Number.NaN
    }).filter((bytes) => !Number.isNaN(bytes))
    return grown.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...grown)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell(line: string, code = 0): number {
  process.stdout.write(`${line}\n`)
  return code
}
