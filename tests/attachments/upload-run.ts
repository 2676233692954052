import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '#client/client.ts'
import { fileContent } from '#client/file-content.ts'
import { GatewayError } from '#client/gateway-error.ts'
import type { InboxItem } from '#client/inbox.ts'
import { newEvent } from '#client/new-event.ts'
import type { Attachment } from '#client/upload.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { type BusProcess, startBus } from '../faults/bus-process.ts'
import { makeProvince, recipientCodes, senderCode } from '../faults/province.ts'
import { createRandom } from '../faults/random.ts'

export interface UploadRunOptions {
  /** Empty; for the file and the bus's data. */
  readonly folder: string
  readonly port: number
  /** Bytes. */
  readonly size: number
  readonly kills: number
  readonly seed: number
  /** The payload of a `document.issued.v1`, without attachments. */
  readonly payload: JsonObject
  readonly log: (line: string) => void
}

export interface UploadReport {
  /** How often the bus was killed while the upload was under way. */
  readonly killed: number
  /** Highest resident memory of any of its processes, bytes. */
  readonly peakBytes: number
  /** The recipient read the very bytes that were sent. */
  readonly isIntact: boolean
  readonly seconds: number
}

const requestTimeoutMs = 600_000

/**
 * Uploads a large attachment while the bus is killed with SIGKILL and started
 * again, publishes an event that lists it, and reads it back as its recipient.
 */
export async function runUpload(options: UploadRunOptions): Promise<UploadReport> {
  const { folder, size, seed } = options
  const path = join(folder, 'attachment.bin')
  await writeNumbered(path, size, seed)
  const bus = await createKilledBus(options)
  const outcome = await uploadAndRead(bus, path, options).finally(bus.end)
  return { ...outcome, peakBytes: bus.peakBytes() }
}

async function uploadAndRead(
  bus: Awaited<ReturnType<typeof createKilledBus>>,
  path: string,
  { seed, payload }: UploadRunOptions
): Promise<Omit<UploadReport, 'peakBytes'>> {
  const clients = await makeProvince(bus.gateway, bus.data, { timeoutMs: requestTimeoutMs })
  const [sender, recipient] = [senderCode, recipientCodes[0]].map((code) => clients.get(code))
  if (!sender || !recipient) throw new TypeError('the province has a sender and a recipient')
  const began = performance.now()
  const killing = bus.killDuringUpload()
  let killed = 0
  const attachment = await attachAtLast(sender, path).finally(async () => {
    killed = await killing.stop()
  })
  const subject = `${senderCode},2026/11/24,${seed}/SMA-VP`
  const event = newEvent(sender.system, {
    type: 'document.issued.v1',
    subject,
    recipients: [recipientCodes[0]],
    data: { ...payload, documentId: subject, attachments: [{ ...attachment }] }
  })
  await sender.publish(event)
  const isIntact = await isReadBack(recipient, attachment)
  return { killed, isIntact, seconds: (performance.now() - began) / 1000 }
}

/** The client waits for a gateway some ten seconds; on a busy machine a bus takes longer to start. */
async function attachAtLast(sender: Client, path: string): Promise<Attachment> {
  for (;;) {
    try {
      return await sender.attach('attachment.bin', 'application/octet-stream', fileContent(path))
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'BUS_GATEWAY_UNREACHABLE') throw error
    }
  }
}

async function createKilledBus({ folder, port, size, kills, seed, log }: UploadRunOptions) {
  const data = join(folder, 'data')
  const random = createRandom(seed)
  const start = async (): Promise<BusProcess> => {
    const started = await startBus({ folder: data, port })
    assert.ok(started, 'the bus did not start')
    return started
  }
  let bus = await start()
  let peak = 0
  const look = (): void => {
    peak = Math.max(peak, peakOf(bus.pid))
  }
  const kill = async (): Promise<void> => {
    look()
    bus.kill()
    await bus.ended
  }

  return {
    data,
    gateway: bus.gateway,
    peakBytes: () => peak,
    end: kill,

    /** Kills at places spread over the upload, each as soon as so many bytes are on disk. */
    killDuringUpload() {
      let isDone = false
      let killed = 0
      const run = async (): Promise<void> => {
        const share = Math.floor(size / (kills + 1))
        while (!isDone && killed < kills) {
          const place = share * killed + random.integer(1, share)
          while (!isDone && (await unfinishedBytes(data)) < place) {
            look()
            await pause(2)
          }
          if (isDone) return
          await kill()
          killed += 1
          log(`killed with ${await unfinishedBytes(data)} of ${size} bytes on disk`)
          bus = await start()
        }
      }
      const running = run()
      return {
        async stop(): Promise<number> {
          isDone = true
          await running
          return killed
        }
      }
    }
  }
}

async function isReadBack(recipient: Client, { sha256 }: Attachment): Promise<boolean> {
  const item = await firstOf(recipient)
  const hash = createHash('sha256')
  for await (const chunk of await recipient.download(sha256)) hash.update(chunk as Uint8Array)
  return JSON.stringify(item.event.data).includes(sha256) && hash.digest('hex') === sha256
}

async function firstOf(recipient: Client): Promise<InboxItem> {
  for await (const item of recipient.follow({}, AbortSignal.timeout(60_000))) return item
  return assert.fail('the event has not come')
}

async function unfinishedBytes(data: string): Promise<number> {
  const folder = join(data, 'attachments', 'unfinished')
  const [name] = await readdir(folder).catch(() => [])
  return name === undefined ? 0 : (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size
}

/** VmHWM of a process, bytes; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) * 1024
  } catch {
    return 0
  }
}

/** A file no block of which is like another. */
async function writeNumbered(path: string, size: number, seed: number): Promise<void> {
  const block = Buffer.alloc(1_048_576)
  const file = await open(path, 'w')
  for (let at = 0; at < size; at += block.length) {
    block.fill(createHash('sha512').update(`${seed} ${at}`).digest())
    await file.write(block.subarray(0, Math.min(block.length, size - at)))
  }
  await file.close()
}
