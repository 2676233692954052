import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo } from '../../connector.ts'
import { noFile } from '../server/answers.ts'
import type { OneStopSettings } from '../settings.ts'
import { createFileLinks } from './file-links.ts'

const noLink = 'Liên kết tệp không hợp lệ, hoặc tệp không còn.'
const tooOld = 'Liên kết tệp đã hết hạn.'
/** What a system does that asks for records, and one that is sent them. */
const askAgain = 'Hãy tra cứu lại hồ sơ để có liên kết mới.'
const askAgency = 'Hãy liên hệ cơ quan đã gửi hồ sơ để nhận tệp.'

/** The file behind a link that the instance gave. Whether the agency may have it is decided now, not then. */
export async function giveFile(
  { url }: Pick<Request, 'url'>,
  settings: OneStopSettings,
  io: Pick<ConnectorIo, 'secretFor' | 'now' | 'attachment'>
): Promise<Response> {
  const links = await createFileLinks(settings, io)
  const file = links?.open(new URL(url).pathname, io.now())
  const remedy = settings.client ? askAgency : askAgain
  if (file === 'expired') return noFile(410, `${tooOld} ${remedy}`)
  if (!file) return noFile(404, `${noLink} ${remedy}`)
  try {
    const content = await io.attachment(file.sha256)
    return new Response(Readable.toWeb(content) as ReadableStream as never, {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `attachment; filename*=UTF-8''${encodeRfc8187(file.name)}`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer'
      }
    })
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'BUS_NOT_FOUND') throw error
    return noFile(404, `${noLink} ${remedy}`)
  }
}

function encodeRfc8187(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  )
}
