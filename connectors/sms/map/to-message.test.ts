import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import { checkSettings } from '../check-settings.ts'
import { hasCode } from '../fixtures/has-code.ts'
import { notice } from '../fixtures/open.ts'
import { SmsSettings } from '../settings.ts'
import { isBrandName } from './brand-name.ts'
import { comparable, toNumber } from './number.ts'
import { quietUntil } from './quiet-hours.ts'
import { toMessage, toText } from './to-message.ts'

function settingsWith(more: object = {}): SmsSettings {
  const settings = { host: 'smsc.example.vn', systemId: 'a', password: 'b', brandName: 'SO TU PHAP', ...more }
  assert.deepEqual(fillSettings(SmsSettings, settings), [])
  return settings as SmsSettings
}

const message = (more: object, settings: object = {}) =>
  toMessage(notice(more as never).event.data as unknown as NotificationRequestedV1, settingsWith(settings))

describe('telephone numbers', () => {
  for (const written of [
    '0901234567',
    '84901234567',
    '+84901234567',
    '0084901234567',
    ' 0901.234.567 ',
    '+84 90-123-4567',
    '+84 (0)90 123 4567',
    '(+84) 901 234 567',
    '\u202a090\u2011123\u20114567\u202c'
  ])
    it(`${written} is a mobile number`, () => assert.equal(toNumber(written, false), '84901234567'))
  for (const written of [
    '',
    '090123456',
    '09012345678',
    '02438252916',
    '901234567',
    '1900',
    '8088',
    '01681234567',
    '+8490123456a',
    '0901234567; 0901234568',
    '+66812345678',
    '８４９０１２３４５６７'
  ])
    it(`${written || 'nothing'} is none`, () => assert.equal(toNumber(written, false), undefined))
  for (const prefix of ['032', '039', '052', '059', '070', '079', '081', '089', '098'])
    it(`${prefix}… of the numbers since 2018 is a mobile number`, () =>
      assert.equal(toNumber(`${prefix}1234567`, false), `84${prefix.slice(1)}1234567`))
  it('that a centre names as a national one is the same for comparing', () => {
    for (const written of ['901234567', '0901234567', '+84901234567'])
      assert.equal(comparable(written), '84901234567')
    for (const short of ['1414', '8088', 'VIETTEL']) assert.equal(comparable(short), short)
  })
  it('numbers of other countries are taken if the settings allow them', () => {
    assert.equal(toNumber('+66 81 234 5678', true), '66812345678')
    assert.equal(toNumber('66812345678', true), undefined)
    assert.equal(toNumber('+84123', true), undefined)
  })
})

describe('brand names, by Decree 91/2020', () => {
  for (const name of ['SO TU PHAP', 'UBND-BK', 'bk.gov_1', 'A'])
    it(`${name} is one`, () => assert.ok(isBrandName(name)))
  for (const name of ['', ' ', 'SỞ TƯ PHÁP', 'TWELVELETTER', '0901234567', 'A\r\nB', ' A', 'A@B'])
    it(`${JSON.stringify(name)} is none`, () => assert.ok(!isBrandName(name)))

  it('settings with a wrong one are told with their place', async () => {
    const problems = await checkSettings(
      settingsWith({ brandName: '123', furtherBrandNames: ['OK', 'ỦY BAN'] })
    )
    assert.deepEqual(
      problems.map((one) => one.split(' ')[0]),
      ['/brandName', '/furtherBrandNames/1']
    )
  })

  it('settings whose rate is too little for so many parts are told', async () => {
    const problems = await checkSettings(settingsWith({ messagesPerSecond: 1, maxParts: 30 }))
    assert.match(problems[0] ?? '', /^\/maxParts: messagesPerSecond/)
  })

  it('an event names only one that is registered, in any case of letters', () => {
    assert.equal(message({ senderName: 'so tu phap' }).brandName, 'SO TU PHAP')
    assert.equal(message({ senderName: 'ubnd' }, { furtherBrandNames: ['UBND'] }).brandName, 'UBND')
    assert.throws(
      () => message({ senderName: 'VIETCOMBANK' }),
      hasCode('BUS_PEER_REFUSED', 'sms:brandNameUnknown')
    )
    assert.throws(
      () => message({ senderName: 'Một cửa xã' }),
      hasCode('BUS_PEER_REFUSED', 'sms:brandNameMalformed')
    )
  })
})

describe('texts', () => {
  it('are sent without diacritics, and with plain signs', () => {
    const { alphabet, parts } = message({ text: 'Ủy ban mời ông Đức – “họp” lúc 8h…\u00a0₫' })
    assert.equal(alphabet, 'gsm7')
    assert.deepEqual(
      parts.map(({ text }) => text),
      ['Uy ban moi ong Duc - "hop" luc 8h... d']
    )
  })
  it('with diacritics are in Normalization Form C', () => {
    const { alphabet, parts } = message({ text: 'Hẹn gặp'.normalize('NFD') }, { unaccented: false })
    assert.equal(alphabet, 'ucs2')
    assert.equal(parts[0]?.text, 'Hẹn gặp')
  })
  it('lose what cannot be seen, and half a pair of surrogates', () => {
    assert.equal(toText('a\u200bb\r\nc\0d\ud83d', false), 'ab\nc d\ufffd')
    assert.equal(toText('\u202ea\u2066b\u2028c\u0085', true), 'ab\nc ')
  })
  it('keep to GSM 7-bit where only signs stand against it', () => {
    assert.equal(toText('100\u00a0m² – “A”', false), '100 m2 - "A"')
    assert.equal(toText('Hẹn – “A”', false), 'Hẹn – “A”')
    const { alphabet } = message({ text: '≥ 100 m² × 25° → số № 5' })
    assert.equal(alphabet, 'gsm7')
  })
  it('with a hundred thousand marks on a letter take no time', () => {
    const startedAt = performance.now()
    assert.equal(toText(`a${'\u0301\u0323'.repeat(50_000)}`, true), 'a')
    assert.ok(performance.now() - startedAt < 1000)
  })
  it('that are empty or too long are refused with the reason', () => {
    assert.throws(() => message({ text: ' \u200b\n' }), hasCode('BUS_PEER_REFUSED', 'sms:textEmpty'))
    assert.throws(() => message({ text: 'a'.repeat(1000) }), hasCode('BUS_PEER_REFUSED', 'sms:textTooLong'))
    assert.equal(message({ text: 'a'.repeat(918) }).parts.length, 6)
  })
})

describe('quiet hours', () => {
  const at = (time: string): number => Date.parse(`2026-12-01T${time}:00+07:00`)
  it('that go over midnight end in the morning', () => {
    const hours = { from: '21:30', to: '07:00' }
    assert.equal(quietUntil(hours, at('21:29')), undefined)
    assert.equal(quietUntil(hours, at('21:30')), at('07:00') + 86_400_000)
    assert.equal(quietUntil(hours, at('06:59')), at('07:00'))
    assert.equal(quietUntil(hours, at('07:00')), undefined)
  })
  it('of one day end on it', () => {
    const hours = { from: '11:30', to: '13:30' }
    assert.equal(quietUntil(hours, at('12:00')), at('13:30'))
    assert.equal(quietUntil(hours, at('14:00')), undefined)
  })
})
