import assert from 'node:assert/strict'
import { it } from 'node:test'
import { appendEvents, numberNew } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { createIo, type LentParts } from '#connectors/host/create-io.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

describeOnEveryStore('what an instance learns of events', (openStore) => {
  it('that its agency published about a subject is in memory some at a time, oldest first', async (t) => {
    const store = await openStore(t, [archiveTables])
    const archive = createArchive(store)
    const published = Array.from({ length: 130 }, (_unused, index) => ({
      hash: `hash of ${index}`,
      source: '/agencies/000.00.91.H03/systems/qlvb',
      id: `${index}`,
      type: index % 2 === 0 ? 'document.issued.v1' : 'document.updated.v1',
      subject: 'D-1',
      body: `{"id":"${index}"}`,
      recordedTime: '2026-11-24T00:00:00.000Z',
      act: 3,
      signature: undefined,
      receipt: { token: 'receipt', index: 0, size: 2, path: ['a'] },
      hosted: false,
      traceparent: undefined
    }))
    await store.transaction(async (transaction) => {
      await appendEvents(transaction, await numberNew(transaction, published))
    })
    const sizes: number[] = []
    const parts = {
      store,
      caughtUp: async () => true,
      computing: { computeFor: () => async () => undefined },
      archive: {
        ...archive,
        byNumbers(numbers: readonly number[]) {
          sizes.push(numbers.length)
          return archive.byNumbers(numbers)
        }
      }
    } as unknown as LentParts
    const borrower = {
      name: 'a',
      agency: '000.00.91.H03',
      collecting: {},
      fetching: { fetchWithin: () => fetch }
    }
    const io = createIo(parts, borrower as never)(new AbortController().signal)
    const idsOf = async (...types: string[]) =>
      (await Array.fromAsync(io.published('D-1', types))).map(({ id }) => Number(id))
    assert.deepEqual(await idsOf('document.issued.v1', 'document.updated.v1'), [...published.keys()])
    assert.deepEqual((await idsOf('document.updated.v1')).length, 65)
    assert.ok(Math.max(...sizes) <= 20, String(sizes))
  })
})
