import assert from 'node:assert/strict'
import { it } from 'node:test'
import { connectorTables } from '#connectors/host/connector-tables.ts'
import { createMarkReader, writeMarks } from '#connectors/host/marks.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

describeOnEveryStore('the marks of an instance', (openStore) => {
  it('that are asked for at the same time are read together, and those that come later anew', async (t) => {
    const store = await openStore(t, [connectorTables])
    const keep = (name: string, marks: Record<string, string | null>) =>
      store.transaction((transaction) => writeMarks(transaction, { name }, marks))
    await keep('x', { a: '1', b: '2' })
    await keep('y', { c: '3' })
    let reads = 0
    const counting: typeof store = Object.create(store, {
      reader: {
        value: () => {
          reads += 1
          return store.reader()
        }
      }
    })
    const mark = createMarkReader(counting, 'x')
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'a'].map(mark)), ['1', '2', undefined, '1'])
    assert.equal(reads, 1)
    await keep('x', { a: null, c: '4' })
    assert.deepEqual(await Promise.all([mark('a'), mark('c')]), [undefined, '4'])
    assert.equal(reads, 2)
  })
})
