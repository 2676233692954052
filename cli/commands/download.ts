import { mkdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import { createOutput, type Output } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { eventTextsIn } from '../event-texts.ts'
import { type EventFlags, findEvent, isHash } from '../find-event.ts'
import { saveFile } from '../save-file.ts'

interface Flags extends EventFlags {
  readonly event?: string
  readonly out?: string
  readonly overwrite?: boolean
}

interface Wanted {
  readonly sha256: string
  readonly name: string
}

/** What downloading uses. */
interface Downloads {
  readonly client: Client
  readonly flags: Flags
  readonly output: Output
  readonly self: Command
}

/** Most bytes of a name on common file systems. */
const maxNameBytes = 255

/** `lienthong download`: saves attachments, checked against their digests. */
export function addDownload(program: Command): void {
  withControl(program.command('download'))
    .argument('[attachment]', 'SHA-256 of the attachment, as the event lists it')
    .option('--event <event>', 'hash or id of an event: its attachments, or the named one, under their names')
    .option('--source <system>', 'with the id of an event: the system that sent it; by default that of --as')
    .option(
      '--out <file>',
      'the file to write, or a folder: one that exists, or a name that ends with /; by default here'
    )
    .option('--overwrite', 'replace a file of this name')
    .description('Save an attachment that the agency uploaded or received, and check it against its SHA-256.')
    .action(async (attachment: string | undefined, flags: Flags, self: Command) => {
      const { json = false, lang, event } = flags
      const t = eventTextsIn(lang)
      if (attachment === undefined && event === undefined) self.error(t('download.none'))
      if (attachment !== undefined && !isHash(attachment)) {
        self.error(t('download.notDigest', { name: attachment }))
      }
      const sha256 = attachment?.toLowerCase()
      const downloads = { client: await connect(flags), flags, output: createOutput({ json }), self }
      const files = event === undefined ? [] : await filesOf(event, sha256, downloads)
      const wanted = sha256 !== undefined && event === undefined ? [{ sha256, name: sha256 }] : files
      const isFolder = flags.out !== undefined && (await isFolderAt(flags.out))
      if (wanted.length > 1 && flags.out !== undefined && !isFolder) {
        self.error(t('download.needsFolder', { count: wanted.length }))
      }
      for (const one of wanted) await save(one, isFolder, downloads)
    })
}

/** The attachments of an event, or one of them; ends the command if there is none. */
async function filesOf(
  event: string,
  sha256: string | undefined,
  { client, flags, self }: Downloads
): Promise<readonly Wanted[]> {
  const t = eventTextsIn(flags.lang)
  const found = await findEvent(client, event, flags, self)
  const all = listedIn(found.event.data)
  if (all.length === 0) self.error(t('download.noFiles'))
  const wanted = all.filter((one) => sha256 === undefined || one.sha256 === sha256)
  if (wanted.length > 0) return withNamesOfTheirOwn(wanted)
  const listed = all.map(({ name, sha256: digest }) => `${name} (${digest})`).join(', ')
  return self.error(t('download.notListed', { sha256: sha256 ?? '', listed }))
}

/** Each file once; where two would have the same name, the later one has its digest in it. */
function withNamesOfTheirOwn(wanted: readonly Wanted[]): readonly Wanted[] {
  const [files, names] = [new Set<string>(), new Set<string>()]
  return wanted.flatMap(({ name, sha256 }) => {
    const file = `${sha256} ${name}`
    if (files.has(file)) return []
    files.add(file)
    const own = names.has(name.toLowerCase()) ? `${sha256}-${name}` : name
    names.add(own.toLowerCase())
    return [{ name: own, sha256 }]
  })
}

/** Attachments anywhere in a payload: the schema of the event type need not be known here. */
function listedIn(value: unknown): readonly Wanted[] {
  if (Array.isArray(value)) return value.flatMap(listedIn)
  if (typeof value !== 'object' || value === null) return []
  const { name, sha256, size } = value as Partial<Wanted> & { readonly size?: unknown }
  const isAttachment = typeof name === 'string' && isHash(String(sha256)) && typeof size === 'number'
  return isAttachment ? [{ name, sha256: String(sha256) }] : Object.values(value).flatMap(listedIn)
}

async function save({ sha256, name }: Wanted, isFolder: boolean, downloads: Downloads): Promise<void> {
  const { client, flags, output, self } = downloads
  const { out, overwrite = false, lang } = flags
  const t = eventTextsIn(lang)
  const file = out !== undefined && !isFolder ? out : join(out ?? '.', safeName(name, sha256))
  const size = await saveFile(file, () => client.download(sha256), { overwrite }).catch((error) => {
    const isUnknown = error instanceof GatewayError && error.code === 'BUS_NOT_FOUND'
    return isUnknown ? self.error(t('download.unknown', { sha256 })) : Promise.reject(error)
  })
  if (size === undefined) return self.error(t('download.exists', { file }))
  output.line(t('download.done', { file, size, sha256 }), { file, size, sha256 })
}

/** The name that the sender gave, if a file may safely have it; else the digest. */
function safeName(name: string, sha256: string): string {
  if (!isFileName(name) || name.startsWith('.')) return sha256
  if (Buffer.byteLength(name) <= maxNameBytes) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  return sha256 + ending
}

/** Makes the folder if it can be nothing else. */
async function isFolderAt(path: string): Promise<boolean> {
  if (path.endsWith('/') || path.endsWith(sep)) await mkdir(path, { recursive: true })
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
