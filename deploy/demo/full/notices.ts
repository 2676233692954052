import { agency, agreement, centre, citizen, commune, type ProvincePart, system } from './cast.ts'
import type { Flow } from './flow.ts'
import { missingPaper } from './records.ts'

/** The system of the commune that writes to citizens. It has no connector: it publishes by the API. */
export const noticeSystem = 'thong-bao'
const outcomes = ['delivered', 'failed', 'answered'].map((word) => `notification.${word}.v1` as const)

export interface Channel {
  readonly channel: 'EMAIL' | 'SMS'
  readonly address: string
  /** The system of the centre that sends it. */
  readonly system: string
}

/** The commune may ask the centre for notices, and is told what becomes of them. */
export function noticePart(name: string, title: string): ProvincePart {
  const requested = 'notification.requested.v1'
  return {
    agencies: [
      agency(commune, system(noticeSystem, 'Thông báo cho người dân', requested)),
      agency(centre, system(name, title, ...outcomes))
    ],
    agreements: [agreement(commune, centre, requested), agreement(centre, commune, ...outcomes)]
  }
}

/** The commune asks for a notice to the citizen about the supplement; returns the id of the notice. */
export async function requestNotice(
  flow: Flow,
  { channel, address, system: name }: Channel
): Promise<string> {
  const { root } = flow
  const subject = `BS-${root}-${channel}`
  await flow.publish(commune, noticeSystem, {
    ...{ type: 'notification.requested.v1', subject, recipients: [centre.code] },
    data: {
      ...{ notificationId: subject, channel, recipient: { address, name: citizen.name }, caseSubject: root },
      ...{ title: `Yêu cầu bổ sung hồ sơ ${root}`, text: `Hồ sơ ${root} cần bổ sung: ${missingPaper}.` },
      ...{ urgent: false, attachments: [] }
    }
  })
  await flow.see({
    ...{ type: 'notification.requested.v1', subject, from: commune, to: centre, system: name },
    says: {
      vi: `${commune.name} yêu cầu báo cho người dân bằng ${channel === 'SMS' ? 'tin nhắn' : 'thư điện tử'}`,
      en: `${commune.name} asks for a notice to the citizen by ${channel === 'SMS' ? 'SMS' : 'e-mail'}`
    }
  })
  return subject
}
