import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { asyncProperty, assert as holds } from 'fast-check'
import type { Store } from '#engines/store/store.ts'
import { checkSigners } from './check-signers.ts'
import { createSigners } from './signers.ts'
import { type Turn, turns } from './turns.ts'
import { type Outcome, World } from './world.ts'

/** What was tried, and what became of it. */
export interface Counts {
  runs: number
  restarts: number
  /** Rows a stranger wrote. */
  strange: number
  /** Acts that were recorded, by kind. */
  readonly recorded: Map<string, number>
  /** Acts that were not, by error code. */
  readonly refused: Map<string, number>
}

export interface InterleavingsOptions {
  /** One for each process, all onto one database, which is emptied. */
  readonly stores: readonly [Store, ...Store[]]
  readonly runs: number
  readonly seed?: number | undefined
}

/**
 * Random acts of several signers, sent at once to processes whose clocks go
 * back and forth, which restart and lose answers, while a stranger writes into
 * the table. Whatever comes of it, each process lives by what the table says to
 * one that has just started, and no system has done what it might not.
 */
export async function tryInterleavings({ stores, runs, seed }: InterleavingsOptions): Promise<Counts> {
  const signers = await createSigners()
  const counts: Counts = { runs: 0, restarts: 0, strange: 0, recorded: new Map(), refused: new Map() }
  const property = asyncProperty(turns, async (run) => {
    counts.runs += 1
    const world = await World.open(signers, stores)
    const first = (await world.rows()).length
    const outcomes: Outcome[] = []
    for (const turn of run) {
      outcomes.push(...(await play(world, turn, counts)))
      await checkProcesses(world)
    }
    await checkTable(world, outcomes, first)
  })
  await holds(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
  return counts
}

async function play(world: World, turn: Turn, counts: Counts): Promise<readonly Outcome[]> {
  switch (turn.kind) {
    case 'acts': {
      const outcomes = await world.tryActs(turn.acts)
      for (const outcome of outcomes) {
        if ('recorded' in outcome) count(counts.recorded, outcome.recorded.act)
        else count(counts.refused, outcome.code)
      }
      const [alone, ...others] = world.controls
      if (others.length === 0)
        assert.equal(alone.state.lastAct, (await world.rows()).length, 'an act is not in force')
      return outcomes
    }
    case 'restart': {
      counts.restarts += 1
      const { before, after } = await world.restart(turn.process)
      assert.deepEqual(after.state, before.state, 'a restart changed the state')
      return []
    }
    case 'stranger': {
      counts.strange += 1
      const [{ state }] = world.controls
      const { lastAct: _before, ...before } = structuredClone(state)
      await world.strangerWrites(turn.row, turn.junk)
      await world.sync()
      const { lastAct: _after, ...after } = state
      assert.deepEqual(after, before, 'a row of a stranger moved something')
      return []
    }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Each process lives by the same, without having seen a stranger's acts but to ignore them. */
async function checkProcesses(world: World): Promise<void> {
  await world.sync()
  const [first, ...others] = world.controls
  for (const other of others) assert.deepEqual(other.state, first.state, 'two processes differ')
  for (const { ignoredActs } of world.controls) assert.equal(ignoredActs(), world.strange.size)
}

const known = [
  'BUS_TOKEN_INVALID',
  'BUS_NOT_PERMITTED',
  'BUS_ACT_INVALID',
  'BUS_ACT_CONFLICT',
  'BUS_STORE_UNAVAILABLE'
]

/** The table holds what was answered as recorded and nothing that was refused, makes the state there is, and no system signed what it might not. */
async function checkTable(world: World, outcomes: readonly Outcome[], first: number): Promise<void> {
  const replayed = await world.replay()
  for (const { state } of world.controls) assert.deepEqual(state, replayed.state, 'live and replayed differ')
  const rows = await world.rows()
  const ours = rows.filter(({ number }) => !world.strange.has(number))
  const answered = outcomes.flatMap((outcome) => ('recorded' in outcome ? outcome.recorded : []))
  for (const { number, hash } of answered) {
    const row = ours.find((one) => one.number === number)
    assert.equal(
      hash,
      createHash('sha256')
        .update(row?.body ?? '')
        .digest('hex'),
      `act ${number} is not in the table`
    )
  }
  const codes = outcomes.flatMap((outcome) => ('code' in outcome ? outcome.code : []))
  assert.deepEqual(
    codes.filter((code) => !known.includes(code)),
    []
  )
  const lost = codes.filter((code) => code === 'BUS_STORE_UNAVAILABLE').length
  const unanswered = ours.length - first - answered.length
  assert.ok(
    unanswered >= 0 && unanswered <= lost,
    `${unanswered} acts nobody was told of, ${lost} answers lost`
  )
  checkSigners(ours)
}
