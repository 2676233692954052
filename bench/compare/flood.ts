import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'
import { type BusProcess, startBus } from '#tests/faults/bus-process.ts'
import { keyFileOf, makeProvince, recipientCodes, senderCode, systemOf } from '#tests/faults/province.ts'
import { startGenerator } from './generator.ts'
import { checkedRun } from './http-scene.ts'
import { treeUse } from './process-tree.ts'
import { entriesOf } from './stored.ts'

/** A separate bus that receives very many events, each for two recipients, in signed batches of 100. */
export interface Flood {
  readonly folder: string
  readonly bus: BusProcess
  readonly clients: ReadonlyMap<string, Client>
  /** Publishes more events and waits until all are in both inboxes. */
  more(events: number, samples?: number): Promise<Flooded>
  /** Size of log and store on disk. */
  bytes(): number
  end(): Promise<void>
}

export interface Flooded {
  readonly seconds: number
  /** Processor time of the bus, microseconds per event. */
  readonly cpuMicros: number
  /** Random events whose receipts are valid. */
  readonly sampled: readonly ReceiptLeaf[]
}

export const floodRecipients = recipientCodes.slice(0, 2)
const batch = 100
const connections = 4

export async function openFlood(): Promise<Flood> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  const bus = await startBus({ folder, port: 0 })
  if (!bus) throw new TypeError('the bus did not start')
  const clients = await makeProvince(bus.gateway, folder, { timeoutMs: 60_000 })
  const generator = startGenerator()
  let published = 0

  const send = (size: number, requests: number, samples: number) =>
    checkedRun(generator, {
      url: bus.gateway,
      path: '/v1/events',
      contentType: 'application/cloudevents-batch+json',
      sender: { system: systemOf(senderCode), keyFile: keyFileOf(folder, senderCode) },
      token: 'signed',
      audience: bus.gateway,
      recipients: floodRecipients,
      batch: size,
      connections,
      ahead: 0,
      requests,
      samples
    })

  return {
    folder,
    bus,
    clients,

    async more(events, samples = 20) {
      const before = treeUse(bus.pid).cpuMicros
      const began = performance.now()
      const { sampled } = await send(batch, Math.floor(events / batch), samples)
      if (events % batch > 1) await send(events % batch, 1, 1)
      const seconds = (performance.now() - began) / 1000
      published += events
      for (const code of floodRecipients) {
        const entries = entriesOf(folder, code)
        if (entries !== published) throw new TypeError(`${entries} of ${published} in the inbox of ${code}`)
      }
      return { seconds, cpuMicros: (treeUse(bus.pid).cpuMicros - before) / events, sampled }
    },

    bytes: () => statSync(join(folder, 'store.sqlite')).size,

    async end() {
      generator.end()
      bus.kill()
      await bus.ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
