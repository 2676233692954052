import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { openAxisServer } from '#deploy/outsides/axis/server.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import type { ConnectorIo, OutboundEvent } from '../connector.ts'
import { e, smallPackage } from './fixtures/small.ts'
import definition from './index.ts'
import type { DocumentSettings } from './settings.ts'

const [beyond, own, elsewhere] = ['000.00.91.H03', '000.00.92.H03', '000.00.01.H50']
const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/document/issued.v1.example.json'), 'utf8')
) as JsonObject

/** An instance for the agency beyond an axis that does not list `elsewhere`. */
async function openInstance(t: TestContext) {
  const systemId = 'bus.h03'
  const axis = await openAxisServer({
    accounts: [{ systemId, secret: 'x' }],
    agencies: [
      { code: beyond, name: 'Sở mẫu A', pcode: 'other' },
      { code: own, name: 'Sở mẫu B', pcode: systemId }
    ]
  })
  t.after(() => axis.close())
  const endpoint = `http://127.0.0.1:${axis.port}`
  const settings: DocumentSettings = {
    ...{ holidays: [], makeUpDays: [] },
    axis: {
      ...{ endpoint, systemId, secret: 'x', register: [], timeoutMs: 10_000 },
      ...{ allowPlainHttp: true, allowPrivateAddresses: true }
    }
  }
  const io: ConnectorIo = { ...connectorIo(t), agency: beyond, isAgency: (code) => code !== elsewhere }
  const session = await definition.connect(settings, io)
  t.after(() => session.close())
  const { inbound, outbound } = definition.forSettings?.(settings) ?? definition
  return {
    axis,
    poll: () => inbound?.poll(session, undefined, io),
    deliver: (event: OutboundEvent) => outbound?.deliver?.(session, event, io)
  }
}

describe('an agency beyond the axis', () => {
  const to = (code: string): string => e('To', e('OrganId', code), e('OrganName', 'Nơi nhận'))

  it('writes to recipients of the bus and others: the bus has it for its own', async (t) => {
    const { axis, poll } = await openInstance(t)
    axis.add(Buffer.from(smallPackage().replace('</e:To>', `</e:To>${to(elsewhere)}`)))
    const [item] = (await poll())?.items ?? []
    assert.ok(item && 'event' in item)
    assert.deepEqual(item.event.recipients, [own])
    assert.deepEqual(
      (item.event.data.to as readonly JsonObject[]).map(({ organId }) => organId),
      [own, elsewhere]
    )
  })

  it('writes to nobody on the bus: the bus is given all, and refuses them', async (t) => {
    const { axis, poll } = await openInstance(t)
    const [added] = axis.add(
      Buffer.from(smallPackage().replace(`<e:OrganId>${own}`, `<e:OrganId>${elsewhere}`))
    )
    Object.assign(added ?? {}, { to: own })
    const [item] = (await poll())?.items ?? []
    assert.ok(item && 'event' in item)
    assert.deepEqual(item.event.recipients, [elsewhere])
  })

  it('gets a document that is also for one whom the axis does not know, and the axis gives it to nobody else', async (t) => {
    const { axis, deliver } = await openInstance(t)
    const recipients = [own, elsewhere, beyond].map((organId) => ({ organId, organName: organId }))
    const data = { ...example, from: { organId: own, organName: 'B' }, to: recipients, attachments: [] }
    const event = { type: 'document.issued.v1', source: `/agencies/${own}/systems/vpdt`, data }
    await deliver({
      event,
      hash: 'a'.repeat(64),
      recordedTime: new Date().toISOString()
    } as unknown as OutboundEvent)
    assert.deepEqual(
      axis.documents.map(({ from, to: only }) => [from, only]),
      [[own, beyond]]
    )
  })
})
