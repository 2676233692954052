import { readAddress } from './address.ts'
import { longestPlusName } from './mail-id.ts'
import type { EmailSettings, ServerSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. */
export function checkSettings(settings: EmailSettings): readonly string[] {
  const { from, fromName = '', title, plusAddress, smtp, imap, documents } = settings
  const sender = readAddress(from)
  const copyAddress = imap?.copies?.address
  return [
    ...(sender ? [] : ['/from must be an e-mail address']),
    ...(plusAddress && sender && sender.local.length > longestPlusName
      ? [`/from must have at most ${longestPlusName} letters before the @ for plusAddress`]
      : []),
    ...(plusAddress && sender?.local.includes('+') ? ['/from must have no + for plusAddress'] : []),
    ...([fromName, title].some((text) => /\p{Cc}/u.test(text))
      ? ['/fromName and /title must have no line breaks and no control characters']
      : []),
    ...(smtp || imap ? [] : ['/ needs at least one of smtp and imap']),
    ...(documents && !smtp ? ['/documents needs smtp'] : []),
    ...(documents && !readAddress(documents.to) ? ['/documents/to must be an e-mail address'] : []),
    ...(copyAddress !== undefined && !readAddress(copyAddress)
      ? ['/imap/copies/address must be an e-mail address']
      : []),
    ...(smtp ? serverProblems('/smtp', smtp) : []),
    ...(imap ? serverProblems('/imap', imap) : []),
    ...(imap && imap.user === undefined ? ['/imap/user is needed: a mailbox belongs to a user'] : [])
  ]
}

function serverProblems(place: string, server: ServerSettings): readonly string[] {
  const { host, user, password, passwordFile, security } = server
  const secrets = [password, passwordFile].filter((one) => one !== undefined).length
  return [
    ...(/^[A-Za-z0-9.:-]{1,253}$/.test(host) ? [] : [`${place}/host must be a name or an address`]),
    ...(secrets > 1 ? [`${place} needs one of password and passwordFile, not both`] : []),
    ...((user === undefined) === (secrets === 0) ? [] : [`${place} needs both user and password, or none`]),
    ...(security === 'none' && secrets > 0 && !isThisMachine(host)
      ? [`${place}/security must not be none: the password would be sent in the clear`]
      : [])
  ]
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
