import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { ConnectorIo } from '../../connector.ts'
import type { MailAttachment } from '../mail/content.ts'

/** An event has a limit, and hardly any person sends more. */
export const maxFiles = 100

/** Stores the files of a mail one after another: all of them would need much memory. */
export async function attachFiles(
  files: readonly MailAttachment[],
  { attach }: Pick<ConnectorIo, 'attach'>
): Promise<readonly Attachment[]> {
  const attached: Attachment[] = []
  for (const [index, { name, mediaType, bytes }] of files.entries()) {
    const given = name ?? (mediaType.startsWith('message/') ? `thu-${index + 1}.eml` : `tep-${index + 1}`)
    attached.push(await attach(given, mediaType, bytes))
  }
  return attached
}
