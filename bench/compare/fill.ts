import { keyFileOf, recipientCodes, senderCode, systemOf } from '#tests/faults/province.ts'
import { startGenerator } from './generator.ts'
import { checkedRun } from './http-scene.ts'

/** Sends signed batches of 100 documents to one agency of the province whose keys are in the folder. Returns the number of events. */
export async function sendBatches(gateway: string, folder: string, batches: number): Promise<number> {
  const generator = startGenerator()
  try {
    const { events } = await checkedRun(generator, {
      url: gateway,
      path: '/v1/events',
      contentType: 'application/cloudevents-batch+json',
      sender: { system: systemOf(senderCode), keyFile: keyFileOf(folder, senderCode) },
      token: 'signed',
      audience: gateway,
      recipients: [recipientCodes[0]],
      batch: 100,
      connections: 4,
      ahead: 0,
      requests: batches,
      samples: 10
    })
    return events
  } finally {
    generator.end()
  }
}
