import { createLogger } from '#engines/telemetry/logger.ts'
import { startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { keyFileOf, makeProvince, recipientCodes, senderCode, systemOf } from '#tests/faults/province.ts'
import { startGenerator } from './generator.ts'
import { checkedRun } from './http-scene.ts'

/** Fills a data folder's log with `batches` signed batches of 100 and projects none of them. Returns the number of events. */
export async function fillLog(folder: string, batches: number): Promise<number> {
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const bus = await startBus({
    roles: ['gateway'],
    config: {
      ...defaults,
      data: { folder },
      gateway: { ...defaults.gateway, port: 0 },
      management: { ...defaults.management, port: 0 }
    },
    logger: createLogger({ level: 'error' }),
    onFatal: () => process.exit(70)
  })
  try {
    await makeProvince(bus.publicUrl, folder)
    return await sendBatches(bus.publicUrl, folder, batches)
  } finally {
    await bus.close()
  }
}

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
