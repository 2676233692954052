import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { it, type TestContext } from 'node:test'
import { appendEvents, numberNew } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { sharedForm } from '#bus/archive/archive-form.ts'
import { type ArchiveTables, archiveTables } from '#bus/archive/archive-tables.ts'
import type { NewArchivedEvent } from '#bus/archive/archived-event.ts'
import { pathsOf, treeLevels } from '#protocol/trust/merkle.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const node = (name: string): string => createHash('sha256').update(name).digest('base64url')

const newEvent = (id: string, changes: Partial<NewArchivedEvent> = {}): NewArchivedEvent => ({
  hash: `hash of ${id}`,
  source: '/agencies/000.00.91.H03/systems/qlvb',
  id,
  type: 'document.issued.v1',
  subject: 'Hồ sơ',
  body: `{"id":"${id}","text":"\\u0000"}`,
  recordedTime: '2026-11-24T00:00:00.000Z',
  act: 3,
  schemaId: 7,
  signature: undefined,
  receipt: { token: 'receipt', index: 0, size: 2, path: [node('a'), node('b')] },
  hosted: false,
  traceparent: undefined,
  ...changes
})

describeOnEveryStore('the archive', (openStore) => {
  const open = async (t: TestContext) => {
    const store = await openStore(t, [archiveTables])
    const archive = createArchive(store)
    const append = (...events: readonly NewArchivedEvent[]) => appendAll(events)
    const appendAll = (events: readonly NewArchivedEvent[], areWrittenOut = false) =>
      store.transaction(async (transaction) => {
        const numbered = await numberNew(transaction, events)
        await appendEvents(transaction, numbered, { ...sharedForm, areWrittenOut })
        return numbered
      })
    return { archive, append, appendAll, store }
  }

  it('numbers events without gaps and gives them back as they came', async (t) => {
    const { archive, append } = await open(t)
    assert.equal(await archive.last(), undefined)
    const signature = { token: 'sender', index: 1, size: 2, path: [node('c')] }
    const [one, two] = await append(newEvent('1', { signature, traceparent: '00-1' }), newEvent('2'))
    const [three] = await append(newEvent('3', { hosted: true }))
    assert.deepEqual([one?.number, two?.number, three?.number], [1, 2, 3])
    assert.deepEqual(await archive.byHash('hash of 1'), one)
    assert.deepEqual(
      await archive.byNumbers([3, 2, 9]),
      new Map([
        [3, three],
        [2, two]
      ])
    )
    assert.equal((await archive.last())?.number, 3)
    assert.equal(await archive.byHash('none'), undefined)
  })

  it('takes a thousand events at once, and each once, also where a batch holds it twice or it is there', async (t) => {
    const { archive, append } = await open(t)
    await append(...Array.from({ length: 1100 }, (_unused, index) => newEvent(`${index}`)))
    assert.equal((await archive.last())?.number, 1100)
    const added = await append(newEvent('a'), newEvent('7'), newEvent('a'), newEvent('b'))
    assert.deepEqual(
      added.map(({ id, number }) => [id, number]),
      [
        ['a', 1101],
        ['b', 1102]
      ]
    )
    assert.equal((await archive.last())?.number, 1102)
  })

  it('gives the bodies of a batch back as they came, however they are asked for, and pages by their length', async (t) => {
    const { archive, appendAll, store } = await open(t)
    const bodyOf = (at: number) => JSON.stringify({ id: `${at}`, text: 'Hồ sơ đã nhận. '.repeat(250) })
    const batch = Array.from({ length: 1000 }, (_unused, at) => newEvent(`${at}`, { body: bodyOf(at) }))
    const added = await appendAll(batch)
    const blocks = await store.reader<ArchiveTables>().selectFrom('archiveBodies').selectAll().execute()
    assert.ok(blocks.length > 0 && blocks.length < 400)
    const numbers = [400, 3, 2, 499].map((index) => index + 1)
    for (const read of [await archive.byNumbers(numbers), await archive.withoutProofs(numbers)]) {
      for (const number of numbers) assert.equal(read.get(number)?.body, bodyOf(number - 1))
    }
    assert.deepEqual(await archive.byHash('hash of 77'), added[77])
    const page = await archive.after(0, 1000)
    assert.deepEqual(
      page.events.map(({ body }) => body),
      added.slice(0, page.events.length).map(({ body }) => body)
    )
    const bytes = Buffer.byteLength(bodyOf(100))
    assert.ok(page.isCut && Math.abs(page.events.length - 4_194_304 / bytes) < 2, `${page.events.length}`)
  })

  it('stores the nodes of a batch once, or each path with its nodes, and gives each event its path', async (t) => {
    const { archive, appendAll, store } = await open(t)
    const leaves = Array.from({ length: 100 }, (_unused, at) => Buffer.from(node(`${at}`), 'base64url'))
    const paths = pathsOf(treeLevels(leaves))
    const proof = (token: string, index: number) => ({ token, index, size: 100, path: paths[index] ?? [] })
    const batch = paths.map((_path, at) =>
      newEvent(`${at}`, { receipt: proof('receipt', at), signature: proof('sender', at) })
    )
    const parts = [await appendAll(batch.slice(0, 60)), await appendAll(batch.slice(60, 90))]
    const added = [...parts.flat(), ...(await appendAll(batch.slice(90), true))]
    const tables = store.reader<ArchiveTables>()
    const tokens = await tables.selectFrom('archiveTokens').selectAll().execute()
    const bytes = tokens.reduce((sum, { nodes }) => sum + (nodes?.length ?? 0), 0)
    assert.ok(bytes <= 2 * 32 * (198 + 7), `${bytes} bytes`) // A tree has 198 nodes; the second part repeats a few.
    assert.deepEqual([...(await archive.byNumbers(added.map(({ number }) => number))).values()], added)
    const row = await tables
      .selectFrom('archiveEvents')
      .selectAll()
      .where('number', '=', 95)
      .executeTakeFirst()
    assert.equal(row?.receiptPath, paths[94]?.join(' '), 'as release 0.1 reads it')
  })

  it("finds an agency's events about a subject, and nobody else's whose code is like it", async (t) => {
    const { archive, append } = await open(t)
    await append(
      newEvent('1'),
      newEvent('2', { source: '/agencies/000.00.91.H03/systems/z' }),
      newEvent('3', { source: '/agencies/000.00.91.H030/systems/qlvb' }),
      newEvent('4', { source: '/agencies/000.00.91.h03/systems/qlvb' }),
      newEvent('5', { subject: 'hồ sơ' })
    )
    const found = await archive.ofSubjects('000.00.91.H03', ['Hồ sơ'])
    assert.deepEqual(
      found.map(({ number }) => number),
      [1, 2]
    )
  })
})
