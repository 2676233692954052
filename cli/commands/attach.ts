import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { fileContent } from '#client/file-content.ts'
import { mediaTypeOf } from '#connectors/shared-formats/media-types/media-type-of.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { eventTextsIn } from '../event-texts.ts'
import type { LanguageFlags } from '../language.ts'

interface Flags extends LanguageFlags {
  readonly name?: string
  readonly mediaType?: string
  readonly json?: boolean
}

/** Media types of text, which has no first bytes of its own. */
const textTypes: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'application/xml',
  json: 'application/json'
}

/** `lienthong attach`: uploads a file, and prints its entry for an event. */
export function addAttach(program: Command): void {
  withControl(program.command('attach'))
    .argument('<file>', 'the file')
    .option('--name <name>', 'its name for the recipient; by default that of the file')
    .option('--media-type <type>', 'such as application/pdf; by default by its first bytes and its ending')
    .description('Upload a file, and print what to put into the event that is to have it.')
    .action(async (file: string, flags: Flags, self: Command) => {
      const { json = false, lang } = flags
      const t = eventTextsIn(lang)
      const name = (flags.name ?? basename(file)).normalize()
      if (!isFileName(name)) self.error(t('attach.name', { name }))
      const first = (await firstBytes(file)) ?? self.error(t('attach.notFile', { file }))
      const mediaType = flags.mediaType ?? typeOf(first, name)
      const entry = await (await connect(flags)).attach(name, mediaType, fileContent(file))
      const output = createOutput({ json })
      if (json) return output.line('', entry)
      for (const line of JSON.stringify(entry, null, 2).split('\n')) output.line(line, {})
      warn(t('attach.next'))
    })
}

/** The first bytes of a file; undefined for a folder, a device or a pipe, which cannot be read twice. */
async function firstBytes(path: string): Promise<Buffer | undefined> {
  const file = await open(path)
  try {
    if (!(await file.stat()).isFile()) return undefined
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function typeOf(first: Buffer, name: string): string {
  const found = mediaTypeOf(first, name)
  const ending = name.toLowerCase().split('.').at(-1) ?? ''
  const isText = found === 'application/octet-stream' && Object.hasOwn(textTypes, ending)
  return (isText ? textTypes[ending] : undefined) ?? found
}
