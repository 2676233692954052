import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { entriesOf, withEntries } from '../map/entries.ts'
import type { FileSettings } from '../settings.ts'
import { fetchFile } from './fetch-file.ts'

export interface WithFiles {
  /** The record, in which each paper names its file, or why there is none. */
  readonly data: JsonObject
  /** Each file once. */
  readonly attachments: readonly Attachment[]
}

/** Attaches the files behind the links of a record. */
export type AttachFiles = (data: JsonObject) => Promise<WithFiles>

export interface AttachFilesOptions {
  readonly settings: FileSettings
  readonly client: HttpClient
  readonly io: Pick<ConnectorIo, 'attach' | 'signal' | 'log'>
  /** When fetching ends, on the clock of `performance.now`. What is left then is not fetched. */
  readonly deadline: number
}

/** Files that are fetched at the same time. */
const atOnce = 4

export function createAttachFiles({ settings, client, io, deadline }: AttachFilesOptions): AttachFiles {
  return async (data) => {
    if (!settings.fetch) return { data, attachments: [] }
    const found = new Map<string, JsonObject>()
    const attachments = new Map<string, Attachment>()
    let bytesLeft = settings.maxTotalBytes

    const attach = async ({ link, name }: Link): Promise<JsonObject> => {
      if (bytesLeft <= 0 || performance.now() > deadline) return { problem: 'NOT_FETCHED' }
      const file = await fetchFile(client, { link, name }, { types: settings.types, signal: io.signal })
      if (typeof file === 'string') return { problem: file }
      bytesLeft -= file.bytes.length
      if (bytesLeft < 0) return { problem: 'NOT_FETCHED' }
      const attachment = await io.attach(file.name, file.mediaType, file.bytes)
      attachments.set(attachment.sha256, attachment)
      return { sha256: attachment.sha256 }
    }

    const waiting = linksIn(data)
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) found.set(one.link, await attach(one))
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const missing = [...found.values()].filter(({ problem }) => problem !== undefined).length
    if (missing > 0) {
      io.log.warn(
        { dossier: data.dossierCode, missing },
        'files behind links are not attached; the event says why'
      )
    }
    return {
      data: withEntries(data, (entry) => ({ ...entry, ...found.get(String(entry.link)) })),
      attachments: [...attachments.values()]
    }
  }
}

interface Link {
  readonly link: string
  readonly name: string | undefined
}

/** Each link once. Those of deleted papers lead nowhere. */
function linksIn(data: JsonObject): Link[] {
  const links = new Map<string, Link>()
  for (const { link, deleted, fileName, name } of entriesOf(data)) {
    if (typeof link !== 'string' || /^(?:1|true)$/i.test(String(deleted))) continue
    const shown = fileName ?? name
    links.set(link, { link, name: typeof shown === 'string' ? shown : undefined })
  }
  return [...links.values()]
}
