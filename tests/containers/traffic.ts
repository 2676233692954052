import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { newEvent } from '#client/new-event.ts'
import { exampleData } from '../helpers/example-data.ts'
import { repository } from './podman.ts'

const run = promisify(execFile)
const [sendingAgency, receivingAgency] = ['000.00.91.H03', '000.00.92.H03'] as const
const data = exampleData('document/issued.v1')

/** How many documents are sent, again and again. */
const subjects = 10

/** Two agencies at a bus; the one sends the other documents. */
export interface Traffic {
  /** Whose inbox it is; its key is a private one. */
  readonly recipient: { readonly system: string; readonly key: string }
  /** Sends documents one after another while something is done to the bus; resolves with how many were accepted in all. */
  during(work: () => Promise<unknown>): Promise<number>
  /**
   * Reads the inbox until everything that was accepted is there. Rejects if something is there twice, or before what
   * was sent earlier of the same document.
   */
  allThere(): Promise<number>
}

/** Registers two agencies at a bus as an operator does, with the commands. */
export async function startTraffic(gateway: string, operatorJwk: string): Promise<Traffic> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-traffic-'))
  const file = (name: string): string => join(folder, name)
  const lienthong = async (...words: readonly string[]): Promise<string> =>
    (await run(process.execPath, [join(repository, 'cli', 'main.ts'), ...words])).stdout
  try {
    writeFileSync(file('operator.jwk'), operatorJwk, { mode: 0o600 })
    const clients: Client[] = []
    const agencies = await Promise.all(
      [sendingAgency, receivingAgency].map(async (code) => {
        const key = JSON.parse(
          await lienthong('keys', 'new', '--out', file(code), '--kid', 'key-1')
        ) as object
        const publish = [{ type: 'document.issued.v1', recipients: '*' }]
        return { code, name: `Sở mẫu ${code}`, systems: [{ name: 'qlvb', keys: [key], publish }] }
      })
    )
    writeFileSync(file('province.yaml'), JSON.stringify({ agencies }))
    await lienthong('apply', file('province.yaml'), '--gateway', gateway, '--key', file('operator.jwk'))
    for (const { code } of agencies) {
      const key = JSON.parse(readFileSync(file(code), 'utf8'))
      clients.push(await createClient({ gateway, system: `/agencies/${code}/systems/qlvb`, key }))
    }
    const [sender, recipient] = clients
    if (!sender || !recipient) throw new TypeError('two agencies have two clients')
    const key = readFileSync(file(receivingAgency), 'utf8')
    return { ...trafficOf(sender, recipient), recipient: { system: recipient.system, key } }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function trafficOf(sender: Client, recipient: Client): Omit<Traffic, 'recipient'> {
  /** The subject of each accepted event, by its id, in the order of sending. */
  const accepted = new Map<string, string>()
  const send = async (): Promise<void> => {
    const documentId = `${sendingAgency},2026/11/24,${accepted.size % subjects}/SMA-VP`
    const from = { ...(data.from as object), organId: sendingAgency }
    const to = [{ organId: receivingAgency, organName: 'Sở mẫu B' }]
    const event = newEvent(sender.system, {
      ...{ type: 'document.issued.v1', subject: documentId, recipients: [receivingAgency] },
      data: { ...data, documentId, from, to, attachments: [], trace: [] }
    })
    const [result] = await insisting(() => sender.publish(event))
    if (result?.status === 'rejected') throw new TypeError(JSON.stringify(result))
    accepted.set(event.id, documentId)
  }
  return {
    async during(work) {
      let isOver = false
      const working = work().finally(() => {
        isOver = true
      })
      let sending: Promise<void> = Promise.resolve()
      while (!isOver) {
        sending = send()
        await Promise.race([sending, working]) // If the work fails, the bus may never answer again.
        await pause(5)
      }
      await working
      await sending
      return accepted.size
    },
    async allThere() {
      const seen: string[] = []
      let after: string | undefined
      while (new Set(seen).size < accepted.size) {
        const { events, next } = await insisting(() => recipient.page({ after, waitSeconds: 5 }))
        seen.push(...events.map(({ event }) => event.id).filter((id) => accepted.has(id)))
        after = next
      }
      if (new Set(seen).size !== seen.length) throw new TypeError('an event is in the inbox twice')
      if (inOrderOfSubjects(seen, accepted) !== inOrderOfSubjects(accepted.keys(), accepted)) {
        throw new TypeError('the events of a document are not in the order in which they were sent')
      }
      return seen.length
    }
  }
}

/** Events one subject after another, each in the order given. */
function inOrderOfSubjects(ids: Iterable<string>, subjectOf: ReadonlyMap<string, string>): string {
  return JSON.stringify(
    [...ids].toSorted((a, b) => (subjectOf.get(a) ?? '').localeCompare(subjectOf.get(b) ?? ''))
  )
}

/** Repeats while the bus is away or busy, as its senders have to. */
async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof GatewayError) || error.retry !== 'later') throw error
      await pause(error.waitMs ?? 200)
    }
  }
}
