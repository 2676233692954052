import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import {
  type AgreementEntry,
  emptyControlState,
  type KeyEntry,
  type SystemEntry
} from '#bus/control/control-state.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { createCursors } from '#consumers/inbox/cursor.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createInbox } from '#consumers/inbox/read.ts'
import { reinstateResumed } from '#consumers/inbox/reinstate.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { enterAll } from './enter-all.ts'
import { projectedEvent } from './projected-event.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { codes, systemOf } from './test-bus.ts'

const agreement = '/agreements/a-b-dossiers'

/** An inbox with its agreement, without the rest of a bus: acts happen where the test says so. */
export async function openInbox(t: TestContext) {
  const parts = [archiveTables, inboxTables, recipientStatusTables]
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  t.after(() => store.close())
  const archive = createArchive(store)
  const recipientStatuses = createRecipientStatuses({ store, now: Date.now })
  const state = emptyControlState()
  const suspensions: { from: number; to: number | undefined }[] = []
  state.lastAct = 1
  const entry: AgreementEntry = {
    id: agreement,
    provider: codes.A,
    consumer: codes.B,
    types: ['dossier.received.v1'],
    purpose: 'x',
    legalBasis: 'x',
    validFromAt: 0,
    validToAt: Number.MAX_SAFE_INTEGER,
    drafted: 1,
    draftedBy: codes.A,
    signed: { from: 1, to: undefined },
    ended: undefined,
    suspensions
  }
  state.agreements.set(agreement, entry)
  const key: KeyEntry = {
    kid: 'b',
    jwk: {} as never,
    thumbprint: 'b',
    span: { from: 1, to: undefined },
    validFromAt: 0,
    validToAt: Number.POSITIVE_INFINITY
  }
  const system: SystemEntry = {
    id: systemOf('B'),
    agency: codes.B,
    name: undefined,
    roles: [],
    unsigned: false,
    hosted: false,
    boundOnly: false,
    span: { from: 1, to: undefined },
    suspensions: [],
    keys: [key],
    rights: []
  }
  state.systems.set(system.id, system)
  const signals = createSignals()
  const reEntry = {
    store,
    recipientStatuses,
    signals,
    control: { state, keyOf: () => undefined, sync: async () => {} }
  }
  const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, settledNow: Date.now })
  const inbox = createInbox({
    ...reEntry,
    archive,
    expiryAndRecall,
    cursors: createCursors(Buffer.alloc(32), 1),
    meta: { epoch: 1, restores: [] },
    now: Date.now
  })
  let number = 0
  const enterSome = async (subjects: readonly string[], expirytime?: string): Promise<void> => {
    await store.transaction(async (transaction) => {
      const events = subjects.map((subject) => {
        number += 1
        const to = { type: 'dossier.received.v1', from: systemOf('A'), subject, agency: codes.B, agreement }
        const projected = projectedEvent(number, to)
        const expiresAt = expirytime === undefined ? undefined : Date.parse(expirytime)
        return { ...projected, expiresAt, act: state.lastAct }
      })
      await appendEvents(transaction, events)
      const apply = await beginApplyingToInboxes(transaction, [codes.B])
      await apply(events)
    })
    await enterAll(store)
  }
  const { signal } = new AbortController()
  const page = (after?: string, limit = 500, checkFresh = () => {}) => {
    const query = { ...(after === undefined ? {} : { after }), limit, types: [], waitMs: 0 }
    const waiting = { signal, checkFresh, turn: () => undefined, takeRoom: () => undefined }
    return inbox.page({ agency: codes.B, system: systemOf('B'), kid: 'b' }, query, waiting)
  }
  return {
    enterSome,
    page,
    inbox,
    /** Lets the time of every entry pass. */
    async expireAll() {
      await store.transaction((transaction) =>
        transaction.tables<InboxTables>().updateTable('inboxEntries').set({ expiresAt: 1 }).execute()
      )
      while (await expiryAndRecall.expireSome());
    },
    /** What became of each event, in the order they were entered. */
    states: () =>
      Promise.all(
        Array.from({ length: number }, async (_unused, index) => {
          const [found] = await recipientStatuses.ofEvent(index + 1)
          return found?.state ?? 'pending'
        })
      ),
    agency: codes.B,
    /** Bars the reader; what is given back allows it again. */
    bar(how: 'suspended' | 'revoked' | 'retired' | 'expired') {
      if (how === 'suspended') system.suspensions.push({ from: 1, to: undefined })
      if (how === 'revoked') system.span.to = 1
      if (how === 'retired') key.span.to = 1
      if (how === 'expired') key.validToAt = 0
      return () => {
        system.suspensions.length = 0
        system.span.to = undefined
        key.span.to = undefined
        key.validToAt = Number.POSITIVE_INFINITY
      }
    },
    reinstate: () => reinstateResumed(reEntry, agreement),
    /** Has what is entered recorded by a clock that is ahead, and its agreement begin just then. */
    async recordAhead(ms: number) {
      const recordedAt = Date.now() + ms
      state.agreements.set(agreement, { ...entry, validFromAt: recordedAt })
      await store.transaction((transaction) =>
        transaction.tables<InboxTables>().updateTable('inboxEntries').set({ recordedAt }).execute()
      )
    },
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
