import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Smsc, startSmsc } from '../../../outsides/smsc/smsc.ts'
import { eventually } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { centre, citizen, commune } from '../cast.ts'
import { type DemoKind, instanceOf } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'
import { noticePart, noticeSystem, requestNotice } from '../notices.ts'

const name = 'tin-nhan'
const account = { systemId: 'tinhmau', password: 'matkhau' }

/** The message centre of an operator, and the citizen's phone. */
const sms: DemoKind = {
  title: {
    vi: 'sms (trung tâm tin nhắn của nhà mạng, SMPP 3.4)',
    en: 'sms (the message centre of an operator, SMPP 3.4)'
  },

  async open(options) {
    const folder = join(options.packagesFolder, centre.code)
    await mkdir(folder, { recursive: true })
    const journal = join(folder, 'tin-nhan.txt')
    const smsc = await startSmsc({ ...account, journal })
    smsc.behaviour.reports = { state: 'DELIVRD' }
    const settings = { host: '127.0.0.1', port: smsc.port, ...account, brandName: 'UBND XA MAU' }
    return {
      province: noticePart(name, 'Tin nhắn thương hiệu'),
      connectors: [{ ...instanceOf(options, 'sms', centre, name), settings }],
      steps: { notified: (flow) => notify(flow, smsc) },
      visit: [
        { vi: `Tin nhắn đã đến điện thoại: ${journal}`, en: `Messages that came to phones: ${journal}` }
      ],
      close: smsc.close
    }
  }
}

export default sms

async function notify(flow: Flow, smsc: Smsc): Promise<void> {
  const subject = await requestNotice(flow, { channel: 'SMS', address: citizen.phone, system: name })
  const look = async () => smsc.messages.find(({ text }) => text.includes(flow.root))
  const { from, to, text } = await eventually(look, stepTimeoutMs, {
    vi: `không có tin nhắn nào đến ${citizen.phone}`,
    en: `no SMS came to ${citizen.phone}`
  })
  flow.outside({
    vi: `điện thoại ${to} có tin nhắn từ ${from}: "${text}"`,
    en: `the phone ${to} has an SMS from ${from}: "${text}"`
  })
  await flow.see({
    ...{ type: 'notification.delivered.v1', subject, from: centre, to: commune, system: noticeSystem },
    ...{ where: ({ caseSubject }) => caseSubject === flow.root },
    says: {
      vi: `${commune.name} được báo tin nhắn về hồ sơ ${flow.root} đã đến`,
      en: `${commune.name} is told that the SMS about dossier ${flow.root} arrived`
    }
  })
}
