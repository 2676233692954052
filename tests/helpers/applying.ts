import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import type { Province } from '#cli/remote/province.ts'
import { type Ran, startOperator } from './operator.ts'
import { provinceOf, type TestBus } from './test-bus.ts'

/** Parts of a province that a test may change. */
type Changeable<T> = T extends object ? { -readonly [K in keyof T]: Changeable<T[K]> } : T
export type Draft = Changeable<Province>

export interface Applying {
  readonly bus: TestBus
  readonly file: string
  /** Writes the file: the province of the bus, changed. */
  readonly write: (change: (province: Draft) => void) => void
  /** Applies the file. */
  readonly apply: (...flags: readonly string[]) => Promise<Ran>
  /** How many acts the bus has recorded. */
  readonly acts: () => Promise<number>
}

export async function startApplying(t: TestContext, lang?: string): Promise<Applying> {
  const { bus, run } = await startOperator(t, lang)
  const file = join(bus.folder, 'province.yaml')
  return {
    bus,
    file,
    write(change) {
      const province = structuredClone(provinceOf(bus.keys)) as Draft
      change(province)
      writeFileSync(file, stringify(province))
    },
    apply: (...flags) => run('apply', file, ...flags),
    async acts() {
      const [newest] = (await bus.operator.get<{ items: { number: number }[] }>('/v1/acts?limit=1')).items
      return newest?.number ?? 0
    }
  }
}

/** The texts that begin a line, in their order. */
export function beginnings(stdout: string): readonly string[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/[:(;.].*/, '').trim())
}

/** An agency of a province. */
export const agencyOf = (province: Draft, code: string) =>
  province.agencies.find((one) => one.code === code) ?? assert.fail(code)

/** The status of what is at a path. */
export const statusOf = async (bus: TestBus, path: string): Promise<string> =>
  (await bus.operator.get<{ status: string }>(path)).status
