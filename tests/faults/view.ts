import { isDeepStrictEqual } from 'node:util'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { labTables, openFlowsLab } from '../helpers/flows-lab.ts'

/** What is wrong with the view of flows in the folder of a dead bus: made again, it must have the same rows. */
export async function viewProblems(folder: string): Promise<readonly string[]> {
  const onFatal = (error: unknown): never => {
    throw error
  }
  const store = openSqliteStore({ folder, parts: labTables, onFatal })
  const lab = openFlowsLab(store)
  const follower = lab.follow()
  try {
    await lab.upToDate()
    const left = await lab.rows()
    await lab.flows.rebuild()
    await lab.upToDate()
    const again = await lab.rows()
    const isWhole = again.steps.every(({ number }, index) => number === index + 1)
    return [
      ...(isWhole ? [] : ['the view of flows has not each event once']),
      ...(['steps', 'terms', 'expected'] as const)
        .filter((rows) => !isDeepStrictEqual(left[rows], again[rows]))
        .map((rows) => `the view of flows is not what is made again: ${rows}`)
    ]
  } finally {
    await follower.close()
    await store.close()
  }
}
