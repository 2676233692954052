import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import { newEvent } from '#client/new-event.ts'
import { startSmsc } from '#deploy/outsides/smsc/smsc.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const longMs = 60_000
const asked = ['notification.requested.v1']
const reported = ['notification.delivered.v1', 'notification.failed.v1', 'notification.answered.v1']
const account = { systemId: 'truc', password: 'mat-khau' }

it('a notice reaches a person as an SMS; the agency that asked for it is told that it arrived, and gets the answer', async (t) => {
  const smsc = await startSmsc(account)
  t.after(() => smsc.close())
  smsc.behaviour.reports = { state: 'DELIVRD' }
  const folder = temporaryFolder(t)
  const settings = { host: '127.0.0.1', port: smsc.port, ...account, brandName: 'UBND BACKAN' }
  const keyFile = join(folder, 'keys', 'B.jwk')
  const bus = await startTestBus(t, {
    folder,
    connectors: [{ name: 'sms', kind: 'sms', system: systemOf('B'), keyFile, settings }] as never
  })
  await allow(bus)
  const event = newEvent(systemOf('A'), {
    ...{ type: 'notification.requested.v1', subject: 'TB-1', recipients: [codes.B] },
    data: {
      ...{ notificationId: 'TB-1', channel: 'SMS', recipient: { address: '0901234567' }, urgent: false },
      ...{ text: 'Hồ sơ cần bổ sung bản sao giấy chứng nhận.', caseSubject: 'HS-1', attachments: [] }
    }
  })
  await bus.clients.A.publish(event)
  await until(() => smsc.messages.length === 1, longMs)
  assert.equal(smsc.messages[0]?.text, 'Ho so can bo sung ban sao giay chung nhan.')

  const inbox = async (type: string) => (await bus.clients.A.page({ types: [type] })).events
  await until(async () => (await inbox('notification.delivered.v1')).length === 1, longMs)
  const [delivered] = await inbox('notification.delivered.v1')
  assert.deepEqual([delivered?.event.subject, delivered?.event.causationid], ['TB-1', event.id])

  smsc.say('84901234567', 'Tôi đã nộp sáng nay')
  await until(async () => (await inbox('notification.answered.v1')).length === 1, longMs)
  const [answered] = await inbox('notification.answered.v1')
  assert.partialDeepStrictEqual(answered?.event.data, { text: 'Tôi đã nộp sáng nay', kind: 'REPLY' })
  assert.equal(smsc.messages.length, 1)
})

/** What A asks of B, and what B tells A. */
async function allow({ operator, keys }: TestBus): Promise<void> {
  const publish = [...asked, ...reported].map((type) => ({ type, recipients: 'agreements' as const }))
  const agencies = (['A', 'B'] as const).map((letter) => ({
    ...{ code: codes[letter], name: `Cơ quan ${letter}` },
    systems: [{ name: 'qlvb', keys: [keys[letter].publicJwk as unknown as { kid: string }], publish }]
  }))
  const terms = { purpose: 'Kiểm thử', legalBasis: 'Quyết định mẫu' }
  const agreements = [
    { id: 'asked', provider: codes.A, consumer: codes.B, ...terms, types: asked },
    { id: 'reported', provider: codes.B, consumer: codes.A, ...terms, types: reported }
  ]
  await applyPlan(operator, await planProvince(operator, { agencies, agreements }), () => {})
}
