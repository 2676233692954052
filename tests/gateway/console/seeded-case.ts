import type { BusEvent } from '#protocol/events/event.ts'
import { exampleData } from '../../helpers/example-data.ts'
import { codes, systemOf, type TestBus } from '../../helpers/test-bus.ts'

/** The flow of the case, and the dossier that began it. */
export const caseFlow = `${codes.A}-261120-0007`

/**
 * A case over three agencies: `A` took a dossier in and asks `B` and `C` for their opinion; `B` answers, `C` says
 * nothing, and the dossier is overdue.
 */
export async function seedCase({ clients, document }: TestBus): Promise<void> {
  const dossier = {
    ...{ type: 'dossier.received.v1', subject: caseFlow, recipients: codes.B },
    data: {
      ...exampleData('dossier/received.v1'),
      ...{ dossierCode: caseFlow, summary: 'Cấp lại giấy phép xây dựng nhà ở riêng lẻ, phường mẫu' },
      ...{ receivedAt: '2026-11-20T01:00:00.000Z', dueAt: '2026-11-25T10:00:00.000Z' }
    }
  }
  const asked = document(
    { recipients: `${codes.B},${codes.C}`, correlationid: caseFlow },
    { title: 'V/v lấy ý kiến về hồ sơ cấp lại giấy phép xây dựng' }
  )
  await clients.A.publish(document({ ...dossier } as Partial<BusEvent>), asked)
  const answer = {
    ...{ type: 'document.status-changed.v1', source: systemOf('B'), recipients: codes.A },
    ...{ subject: asked.subject, correlationid: caseFlow, causationid: asked.id },
    data: {
      ...exampleData('document/status-changed.v1'),
      responseFor: {
        organId: codes.A,
        code: '15/SMA-VP',
        documentId: asked.subject,
        promulgationDate: '2026-11-22'
      }
    }
  }
  await clients.B.publish(document(answer as Partial<BusEvent>))
}
