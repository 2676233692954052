import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { emptyControlState } from '#bus/control/control-state.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { createCursors } from '#consumers/inbox/cursor.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createInbox } from '#consumers/inbox/read.ts'
import { reinstateResumed } from '#consumers/inbox/reinstate.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

const agreement = '/agreements/a-b-dossiers'

function dossier(bus: TestBus, dossierCode: string): BusEvent {
  return bus.document({
    type: 'dossier.received.v1',
    subject: dossierCode,
    recipients: codes.B,
    data: {
      dossierCode,
      procedureCode: '1',
      procedureName: 'x',
      fieldCode: 'x',
      fieldName: 'x',
      channel: '1',
      summary: 'x',
      receivedAt: '2026-11-24T00:00:00.000Z',
      dueAt: '2026-11-25T00:00:00.000Z',
      unit: 'x',
      attachments: []
    }
  })
}

async function act(bus: TestBus, name: string): Promise<void> {
  const { last } = await bus.operator.get<{ last: string }>(`/v1${agreement}`)
  await bus.operator.act('/v1/agreements', { act: name, resource: agreement, previous: last })
}

describe('entries withheld while an agreement is suspended', () => {
  it('come again at the end when it resumes, once, for a reader that has passed them; what was delivered does not', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(dossier(bus, 'given'))
    const first = await bus.clients.B.page({ waitSeconds: 5 })
    let { next } = await bus.clients.B.page({ after: first.next }) // Tells that the first was delivered.
    await bus.clients.A.publish(dossier(bus, 'withheld'))
    await bus.clients.A.publish(bus.document({ subject: 'document' }))
    await act(bus, 'agreement.suspended')
    const subjects: string[] = []
    const read = async (): Promise<void> => {
      const page = await bus.clients.B.page({ after: next, waitSeconds: 1 })
      subjects.push(...page.events.map(({ event }) => event.subject))
      next = page.next
    }
    await read()
    await read()
    assert.deepEqual(subjects, ['document'])
    await act(bus, 'agreement.resumed')
    await read()
    assert.deepEqual(subjects, ['document', 'withheld'])
    await act(bus, 'agreement.suspended')
    await act(bus, 'agreement.resumed')
    await read()
    await read()
    assert.deepEqual(
      subjects.filter((subject) => subject === 'given'),
      []
    )
  })

  it('come again after a restart too, and not twice', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(dossier(bus, 'withheld'))
    await act(bus, 'agreement.suspended')
    await act(bus, 'agreement.resumed')
    await bus.bus.close()
    const again = await startTestBus(t, { folder: bus.folder, port: Number(new URL(bus.url).port) })
    const { events } = await again.clients.B.page({ waitSeconds: 5 })
    assert.deepEqual(
      events.map(({ event }) => event.subject),
      ['withheld']
    )
  })
})

/** An inbox with its agreement, without the rest of a bus: acts happen where the test says so. */
async function openInbox(t: TestContext) {
  const parts = [archiveTables, inboxTables, recipientStatusTables]
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  t.after(() => store.close())
  const archive = createArchive(store)
  const recipientStatuses = createRecipientStatuses({ store, archive, now: Date.now })
  const state = emptyControlState()
  const suspensions: { from: number; to: number | undefined }[] = []
  state.lastAct = 1
  state.agreements.set(agreement, {
    id: agreement,
    provider: codes.A,
    consumer: codes.B,
    types: ['dossier.received.v1'],
    purpose: 'x',
    legalBasis: 'x',
    validFromAt: 0,
    validToAt: Number.MAX_SAFE_INTEGER,
    drafted: 1,
    signed: { from: 1, to: undefined },
    ended: undefined,
    suspensions
  })
  const signals = createSignals()
  const reEntry = { store, recipientStatuses, signals, control: { state } }
  const inbox = createInbox({
    ...reEntry,
    archive,
    expiryAndRecall: createExpiryAndRecall({ store, archive, recipientStatuses, now: Date.now }),
    cursors: createCursors(Buffer.alloc(32), 1),
    meta: { epoch: 1, restores: [] },
    now: Date.now
  })
  let number = 0
  const enterSome = (subjects: readonly string[]): Promise<unknown> =>
    store.transaction(async (transaction) => {
      const events = subjects.map((subject) => {
        number += 1
        const to = { type: 'dossier.received.v1', from: systemOf('A'), subject, agency: codes.B, agreement }
        return { ...projectedEvent(number, to), act: state.lastAct }
      })
      await archive.append(transaction, events)
      const apply = await beginApplyingToInboxes(transaction, [codes.B])
      await apply(events)
    })
  const waiting = { signal: new AbortController().signal, checkStands: () => {} }
  const page = (after?: string) => {
    const query = { ...(after === undefined ? {} : { after }), limit: 500, types: [], waitMs: 0 }
    return inbox.page({ agency: codes.B, system: systemOf('B') }, query, waiting)
  }
  return {
    enterSome,
    page,
    reinstate: () => reinstateResumed(reEntry, agreement),
    suspend() {
      state.lastAct += 1
      suspensions.push({ from: state.lastAct, to: undefined })
    },
    resume() {
      state.lastAct += 1
      for (const span of suspensions) span.to ??= state.lastAct
    }
  }
}

describe('entering again', () => {
  it('comes before whatever is entered after the resumption, however much was withheld', async (t) => {
    const { enterSome, page, reinstate, suspend, resume } = await openInbox(t)
    const withheld = Array.from({ length: 1200 }, (_, index) => `${index}`)
    await enterSome(withheld)
    suspend()
    resume()
    await Promise.all([reinstate(), enterSome(['later'])])
    const subjects: string[] = []
    for (let next: string | undefined; ; ) {
      const found = await page(next)
      if (found.items.length === 0) break
      subjects.push(...found.items.map(({ event }) => event.subject))
      next = found.next
    }
    assert.deepEqual(subjects, [...withheld, 'later'])
  })

  it('loses nothing to a reader that confirms a page given during the suspension before it happens', async (t) => {
    const { enterSome, page, reinstate, suspend, resume } = await openInbox(t)
    await enterSome(['withheld'])
    suspend()
    const during = await page()
    assert.deepEqual(during.items, [])
    resume()
    await page(during.next)
    await reinstate()
    const after = await page(during.next)
    assert.deepEqual(
      after.items.map(({ event }) => event.subject),
      ['withheld']
    )
  })
})
