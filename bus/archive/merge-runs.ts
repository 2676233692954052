import { pipeline } from '#engines/store/pipeline.ts'
import type { Tables } from '#engines/store/store.ts'
import { keySpace } from '#engines/store/text-key.ts'
import type { KeyTables } from './key-tables.ts'

/**
 * The keys of events are an index by hash and by name of which new entries are always written side by side. Each event
 * has two keys, spread at random; in one sorted table every event would change two pages of it. Here an append writes
 * its keys as a run of its own, runs are merged into larger ones, and these into the main run, a few keys with every
 * append and in their order, so that keys which belong on one page come together. All of it is in tables and happens in
 * the transaction that appends.
 */
export const mainRun = 0

export interface MergeSizes {
  /** So many runs of a level are merged, into one of the next. */
  readonly fan: number
  /** Least number of keys that are worth going through the main run for. */
  readonly mainFrom: number
  /**
   * Least part of the main run's keys that are, since going through it writes all of its pages: what an event costs does
   * not grow with the archive.
   */
  readonly mainPart: number
  /** Keys moved for each that is added: more often than each of them is moved, so that merging keeps up. 4000 take some 5 ms. */
  readonly movedPerKey: number
  /** Least number of keys that are moved at a time. */
  readonly leastMoved: number
  /** After so many events it goes on, however many appends they came with. */
  readonly everyEvents: number
}

export const usualSizes: MergeSizes = {
  fan: 32,
  mainFrom: 32_768,
  mainPart: 1 / 16,
  movedPerKey: 4,
  leastMoved: 1000,
  everyEvents: 16
}

/** Numbers of runs grow with the archive: one that is new is higher than all before it. */
export function runOf(last: number, level: number): number {
  return last * 8 + level
}

/** What was added just now. */
interface Added {
  /** Numbers of its events. */
  readonly first: number
  readonly last: number
  readonly keys: number
}

/** Goes on with the merge of each level, the lowest first, and begins those that are due. */
export async function goOnMerging(
  db: Tables<KeyTables>,
  added: Added,
  { fan, mainFrom, mainPart, movedPerKey, leastMoved, everyEvents }: MergeSizes
): Promise<void> {
  const { first, last } = added
  if (Math.floor(last / everyEvents) === Math.floor((first - 1) / everyEvents)) return
  const [groups, inMain] = await pipeline([groupsIn(db), mainKeys(db)])
  const levels = Map.groupBy(groups, ({ level }) => Number(level))
  const forMain = Math.max(mainFrom, mainPart * inMain)
  let left = Math.max(leastMoved, movedPerKey * added.keys)
  for (const [level, groups] of levels) {
    const group = groups.find(({ target }) => target !== null) ?? groups[0]
    if (!group || left <= 0) return
    const keys = Number(group.keys)
    let { target } = group
    if (target === null) {
      if (Number(group.runs) < fan && keys < forMain) continue
      target = keys >= forMain ? mainRun : runOf(last, level + 1)
      await beginMerge(db, { level, target, keys, first: Number(group.first), last: Number(group.last) })
    }
    left -= await moveKeys(db, { level, target, keys, moved: Number(group.moved) }, left)
  }
}

async function mainKeys(db: Tables<KeyTables>): Promise<number> {
  const main = await db.selectFrom('archiveRuns').select('keys').where('run', '=', mainRun).executeTakeFirst()
  return Number(main?.keys ?? 0)
}

/** The runs of each level, those that are merged apart from those that wait. */
function groupsIn(db: Tables<KeyTables>) {
  return db
    .selectFrom('archiveRuns')
    .select((e) => ['level', 'target', e.fn.countAll().as('runs'), e.fn.sum('keys').as('keys')])
    .select((e) => [
      e.fn.max('moved').as('moved'),
      e.fn.min('first').as('first'),
      e.fn.max('last').as('last')
    ])
    .where('level', 'is not', null)
    .groupBy(['level', 'target'])
    .orderBy('level')
    .execute()
}

interface Merge {
  readonly level: number
  readonly target: number
  /** Of all its runs, when it began. */
  readonly keys: number
}

/** The target has no level while it is filled, and the main run never has one: it is in no merge. */
async function beginMerge(
  db: Tables<KeyTables>,
  { level, target, keys, first, last }: Merge & { readonly first: number; readonly last: number }
): Promise<void> {
  await db
    .updateTable('archiveRuns')
    .set({ target })
    .where('level', '=', level)
    .where('target', 'is', null)
    .where('last', '<=', last) // A run that came to the level just now is not among the keys that are counted here.
    .execute()
  await db
    .insertInto('archiveRuns')
    .values({ run: target, level: null, keys, first, last, target: null, moved: 0 })
    .onConflict((on) =>
      on.column('run').doUpdateSet((e) => ({
        keys: e('archiveRuns.keys', '+', keys),
        last: e.fn<number>('max', ['archiveRuns.last', 'excluded.last'])
      }))
    )
    .execute()
}

/**
 * Moves some keys, the next of all its runs; returns how many. Keys are spread evenly unless a sender chose its ids so that
 * they are not: what a range would hold is counted first.
 */
async function moveKeys(
  db: Tables<KeyTables>,
  { level, target, keys, moved }: Merge & { readonly moved: number },
  most: number
): Promise<number> {
  const merging = { level, target }
  const moving = (end: number) =>
    db
      .selectFrom('archiveKeys')
      .where('run', 'in', runsOf(db, merging))
      .where('key', '>=', moved)
      .where('key', '<', end)
  const countUpTo = async (end: number): Promise<number> => {
    const some = moving(end)
      .select('key')
      .limit(2 * most + 1)
    const { n } = await db
      .selectFrom(some.as('some'))
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return Number(n)
  }
  let upTo = Math.min(keySpace, moved + Math.ceil((keySpace / keys) * most))
  let count = await countUpTo(upTo)
  while (count > 2 * most && upTo > moved + 1) {
    upTo = moved + Math.ceil((upTo - moved) / 2)
    count = await countUpTo(upTo)
  }
  await db
    .insertInto('archiveKeys')
    .columns(['run', 'key', 'number'])
    .expression(
      moving(upTo)
        .select((e) => [e.val(target).as('run'), 'key', 'number'])
        .orderBy('key')
    )
    .onConflict((on) => on.doNothing())
    .execute()
  await db
    .deleteFrom('archiveKeys')
    .where('run', 'in', runsOf(db, merging))
    .where('key', '>=', moved)
    .where('key', '<', upTo)
    .execute()
  if (upTo < keySpace) await setMoved(db, merging, upTo)
  else await endMerge(db, merging)
  return count
}

function runsOf(db: Tables<KeyTables>, { level, target }: Omit<Merge, 'keys'>) {
  return db.selectFrom('archiveRuns').select('run').where('level', '=', level).where('target', '=', target)
}

async function setMoved(
  db: Tables<KeyTables>,
  { level, target }: Omit<Merge, 'keys'>,
  moved: number
): Promise<void> {
  await db
    .updateTable('archiveRuns')
    .set({ moved })
    .where('level', '=', level)
    .where('target', '=', target)
    .execute()
}

async function endMerge(db: Tables<KeyTables>, { level, target }: Omit<Merge, 'keys'>): Promise<void> {
  await db.deleteFrom('archiveRuns').where('level', '=', level).where('target', '=', target).execute()
  if (target === mainRun) return
  await db
    .updateTable('archiveRuns')
    .set({ level: level + 1 })
    .where('run', '=', target)
    .execute()
}
