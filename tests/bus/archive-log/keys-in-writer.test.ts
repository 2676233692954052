import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { appendEvents, numberNew } from '#bus/archive/append-events.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import type { NewArchivedEvent } from '#bus/archive/archived-event.ts'
import type { Group, GroupAppended } from '#bus/archive-log/append-group.ts'
import { heldEvents } from '#bus/archive-log/held-names.ts'
import type { SentToEnter } from '#consumers/inbox/enter-events.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { WorkingStore } from '#engines/store/store.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { inStore } from '../../helpers/in-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const refusedId = 'refused'
const trigger = `CREATE TRIGGER refuse BEFORE INSERT ON "archiveEvents" WHEN NEW.id = '${refusedId}' BEGIN SELECT RAISE(ABORT, 'seeded'); END`

const eventOf = (id: string): NewArchivedEvent => ({
  ...{ id, hash: `hash of ${id}`, source: '/agencies/000.00.91.H03/systems/qlvb', subject: 'x', body: '{}' },
  ...{ type: 'document.issued.v1', recordedTime: '2026-11-24T00:00:00.000Z', act: 1, schemaId: 1 },
  ...{ signature: undefined, receipt: { token: 'receipt', index: 0, size: 1, path: [] } },
  ...{ hosted: false, traceparent: undefined }
})

/** As a batch that the thread enters. Returns which were new. */
async function enter(store: WorkingStore, ids: readonly string[]): Promise<readonly string[]> {
  const events = ids.map((id) => ({ ...eventOf(id), grants: '[]', expiresAt: undefined, attachments: [] }))
  const group: Group<SentToEnter> = {
    additions: events.map((event) => ({ event })),
    partitions: 1,
    hasEvents: false
  }
  const { outcomes } = await store.work<GroupAppended>({ append: group }, { usesReserve: true })
  return ids.filter((_id, index) => outcomes[index]?.outcome === 'appended')
}

/** As the projector does, in another thread, with what could not be entered. */
function project(store: WorkingStore, ids: readonly string[]): Promise<readonly string[]> {
  return store.transaction(async (transaction) => {
    const fresh = await numberNew(transaction, ids.map(eventOf), ownForm)
    await appendEvents(transaction, fresh, ownForm)
    return fresh.map(({ id }) => id)
  })
}

const id = fc.nat({ max: 400 }).map(String)
const steps = fc.array(
  fc.record({
    ids: fc.uniqueArray(id, { minLength: 1, maxLength: 8 }),
    by: fc.constantFrom(enter, enter, enter, project),
    isRefused: fc.boolean(),
    restarts: fc.nat({ max: 30 }).map((n) => n === 0)
  }),
  { minLength: 90, maxLength: 120 }
)

it('the thread that writes knows what was appended, by itself and by others, and not what was undone', async (t) => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const folder = temporaryFolder(t)
      const start = () =>
        openSqliteStore({
          ...{ folder, parts: tablesOnOneMachine, writer: appendingWriter },
          onFatal: assert.ifError
        })
      let store = start()
      await inStore(folder, {}, { sqlite: trigger, postgres: '' })
      const known = new Set<string>()
      for (const { ids, by, isRefused, restarts } of steps) {
        if (isRefused) await assert.rejects(by(store, [...ids, refusedId]))
        const wanted = ids.filter((one) => !known.has(one))
        assert.deepEqual(await by(store, ids), wanted)
        for (const one of wanted) known.add(one)
        assert.deepEqual(await enter(store, ids), [])
        if (restarts) {
          await store.close()
          store = start()
        }
      }
      const held = await heldEvents(store.reader(), [...known].map(eventOf))
      assert.equal(held.size, known.size)
      await store.close()
    }),
    { numRuns: 4 }
  )
})
