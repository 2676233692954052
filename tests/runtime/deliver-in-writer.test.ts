import assert from 'node:assert/strict'
import { it } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import type { DeliverWork } from '#bus/recipients/deliver.ts'
import type { RecipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { projectedEvent } from '../helpers/projected-event.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const sender = '/agencies/000.00.91.H03/systems/qlvb'
const reader = { agency: '000.00.92.H03', system: '/agencies/000.00.92.H03/systems/qlvb' }

it('the thread that writes marks events as delivered as a transaction of the main thread does', async (t) => {
  const sent = { type: 'document.issued.v1', from: sender, subject: 'x', agency: reader.agency }
  const events = [1, 2, 3].map((number) => projectedEvent(number, sent))
  const written = async (inWriter: boolean) => {
    const store = openSqliteStore({
      ...{ folder: temporaryFolder(t), parts: tablesOnOneMachine, writer: appendingWriter },
      onFatal: assert.ifError
    })
    t.after(() => store.close())
    await store.transaction((transaction) => appendEvents(transaction, events, ownForm))
    const deliverInWriter = (deliver: DeliverWork['deliver']) => store.work<void>({ deliver }, { rows: 1 })
    const recipientStatuses = createRecipientStatuses({
      ...{ store, now: () => 1_800_000_000_000 },
      ...(inWriter && { deliverInWriter })
    })
    await recipientStatuses.markDelivered(reader, [1])
    await Promise.all([[1, 2], [2], [3]].map((some) => recipientStatuses.markDelivered(reader, some)))
    const db = store.reader<RecipientStatusTables>()
    const steps = await db.selectFrom('recipientSteps').select('body').orderBy('number').execute()
    return {
      statuses: await db.selectFrom('recipientStatuses').selectAll().orderBy('event').execute(),
      steps: steps.flatMap(({ body }) => (JSON.parse(body) as { steps: readonly unknown[] }).steps)
    }
  }
  const inWriter = await written(true)
  assert.equal(inWriter.steps.length, 3)
  assert.deepEqual(inWriter, await written(false))
})
