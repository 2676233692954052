import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { record } from '../fixtures/open.ts'
import { items } from '../fixtures/settings.ts'
import { toItems } from './to-items.ts'

describe('rest: an item', () => {
  it('whose version is an object is quarantined: all versions would have one name', async (t) => {
    const settings = { ...items, version: '{ "at": capNhat }' }
    const [read] = await toItems([JSON.stringify(record(1))], settings, connectorIo(t))
    assert.equal(Object(read?.item).fault.fault, 'rest:noVersion')
  })

  it('tells nothing of its data where an expression fails', async (t) => {
    const failing = {
      'soHoSo > 5': /T2009/,
      '$toMillis(trong)': /D3110/,
      '$number(soHoSo)': /D3030/,
      'soHoSo()': /T1006/,
      '$error(soHoSo)': /D3137/
    }
    for (const [map, code] of Object.entries(failing)) {
      const text = JSON.stringify(record(1, { trong: '' }))
      const [read] = await toItems([text], { ...items, map }, connectorIo(t))
      const { message } = Object(read?.item).fault
      assert.match(message, code)
      assert.doesNotMatch(message, /000\.00|261122|…/)
    }
  })
})
