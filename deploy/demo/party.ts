import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import type { InboxItem } from '#client/inbox.ts'
import { verifyItem } from '#client/verify-item.ts'
import type { Language, Spoken } from './narrator.ts'

/** One system of the demo province, with its own key. */
export interface Party {
  /** `000.00.91.H03`. */
  readonly agency: string
  readonly client: Client
  /** Verifies signature and receipt of an item with keys fetched from the gateway; rejects with `MissingStep`. */
  verify(item: InboxItem): Promise<void>
  /** Waits for an inbox item; rejects if none comes in time. */
  waitFor(wanted: (item: InboxItem) => boolean, timeoutMs: number): Promise<InboxItem>
}

export interface PartyOptions {
  readonly gateway: string
  readonly keysFolder: string
  /** `000.00.91.H03.qlvb`. */
  readonly name: string
  /** Of the texts of errors. */
  readonly language: Language
}

export async function openParty({ gateway, keysFolder, name, language }: PartyOptions): Promise<Party> {
  const dot = name.lastIndexOf('.')
  const agency = name.slice(0, dot)
  const key = JSON.parse(await readFile(join(keysFolder, `${name}.jwk`), 'utf8'))
  const client = await createClient({
    ...{ gateway, language },
    system: `/agencies/${agency}/systems/${name.slice(dot + 1)}`,
    key
  })
  return {
    agency,
    client,

    async verify(item) {
      const { keys: bus } = await client.get<{ keys: never[] }>('/.well-known/jwks.json')
      const { keys: system } = await client.get<{ keys: never[] }>(`/v1/systems${item.event.source}`)
      const { signature, receipt } = await verifyItem(item, { system, bus })
      if (signature === 'good' && receipt === 'good') return
      const { type, id } = item.event
      throw new MissingStep({
        vi: `chữ ký hoặc biên nhận của ${type} (id ${id}) không đúng`,
        en: `the signature or the receipt of ${type} (id ${id}) is not valid`
      })
    },

    async waitFor(wanted, timeoutMs) {
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(), timeoutMs)
      try {
        for await (const item of client.follow({ waitSeconds: 5 }, stop.signal)) {
          if (wanted(item)) return item
        }
      } finally {
        clearTimeout(timer)
        stop.abort()
      }
      const seconds = timeoutMs / 1000
      throw new MissingStep({
        vi: `hộp thư của ${name} không nhận được gì trong ${seconds} giây`,
        en: `the inbox of ${name} received nothing within ${seconds} s`
      })
    }
  }
}

/** Looks every 100 ms until `look` returns something; rejects with `MissingStep` after the time limit. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  timeoutMs: number,
  missing: Spoken
): Promise<T> {
  const until = Date.now() + timeoutMs
  while (Date.now() < until) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const seconds = timeoutMs / 1000
  throw new MissingStep({
    vi: `${missing.vi} trong ${seconds} giây`,
    en: `${missing.en} within ${seconds} s`
  })
}

/** A step of the demo that did not happen in time. */
export class MissingStep extends Error {
  override readonly name = 'MissingStep'
  readonly text: Spoken

  constructor(text: Spoken) {
    super(text.en)
    this.text = text
  }
}
