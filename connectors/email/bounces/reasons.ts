import type { Failure, FailureReason } from '../inbound/event-items.ts'

/** Words of servers, in the order in which they count: the first that is found names the reason. */
const words: readonly (readonly [FailureReason, RegExp])[] = [
  [
    'MAILBOX_FULL',
    /mailbox (is )?full|mail ?box.{0,30}(full|exceed)|over ?quota|quota (is )?exceed|exceed(ed|s)?.{0,20}quota|exceeded storage|insufficient (system )?storage|not enough storage|user is over|disk (quota|full)|mailfolder is full|storage limit|account is full|full mailbox|not? (?:have )?enough (?:disk )?space|no space left|over the allowed quota|quota violation|too much mail data|too many messages on the server|out of storage space|(?:mailbox|mail file) size (?:limit|exceeds)|destinataire plein|hộp thư (đã )?đầy|vượt (quá )?(dung lượng|hạn mức)/i
  ],
  [
    'UNKNOWN_ADDRESS',
    /user unknown|unknown (user|recipient|address|local)|no such (user|recipient|mailbox|address|person)|does ?n[o']t exist|unrouteable|not (a )?(valid|known) (user|recipient|mailbox)|invalid (recipient|mailbox|user|address)|recipient (name )?is not recognized|address(ee)? unknown|mailbox (unavailable|not found|does not exist)|not listed in|user .{0,60}(not found|disabled|suspended)|account.{0,40}(disabled|inactive|not exist|closed)|no mailbox|not our customer|recipient.{0,30}(rejected|not found)|host (not found|unknown)|unknown (host|domain)|no such (domain|host)|domain.{0,30}(not found|does not exist|not exist)|name service error|nxdomain|does(?:n'?t| not) have an? .{0,60}account|find any host named|見つかりません|存在しません|không tồn tại|không tìm thấy người nhận|has moved|account.{0,20}(?:cannot be found|unavailable)|can'?t accept user|could not be found|deactivated mailbox|mail box not found|mailbox is inactive|no account by that name|no valid recipients|(?:recipient|address|domain).{0,40} unknown|no one at this address|unknown (?:e-?mail|virtual)|user missing home|invalid or unknown|do not have an account|domain is not reachable|domain must exist|service not known|unroutable address|has no mx|no existe dicha persona|không có người nhận|sai địa chỉ/i
  ],
  [
    'CONTENT_REFUSED',
    /\bspam\b|virus|malware|security issue|mã độc|message (size|too (big|large))|too (big|large)|content (rejected|not allowed|filter)|attachment.{0,30}(not allowed|blocked)|thư rác/i
  ],
  [
    'REFUSED',
    /dmarc|dkim|spf|sender .{0,30}(reject|denied|not allowed|block)|access denied|relay(ing)? (access )?(denied|not)|blocked|blacklist|spamhaus|spamcop|bị chặn|block ?list|policy|not authorized|permission|refused by|rejected by|reverse dns|ptr (resource )?record|not a registered|bị từ chối/i
  ],
  [
    'EXPIRED',
    /expired|too long|(in|on) (the )?queue|time(d)? ?out|timeout|retry time|(could not be delivered|unable to deliver).{0,30} (for|within|after) |quá hạn/i
  ],
  [
    'UNREACHABLE',
    /connect|network|route to host|host .{0,20}(down|unreachable)|host ?name lookup fail|connection|không kết nối/i
  ]
]

/** The detail of an enhanced status (RFC 3463), as far as it says more than "other". */
function ofStatus(status: string): FailureReason | undefined {
  const [, klass, subject, detail = ''] = /^([245])\.(\d{1,3})\.(\d{1,3})$/.exec(status) ?? []
  const key = `${subject}.${detail}`
  if (['1.1', '1.2', '1.3', '1.6', '1.0', '1.10', '2.1', '4.4', '1.4'].includes(key)) return 'UNKNOWN_ADDRESS'
  if (key === '2.2') return 'MAILBOX_FULL'
  if (['2.3', '3.4', '6.1', '6.2', '6.3', '7.17'].includes(key) || subject === '6') return 'CONTENT_REFUSED'
  if (key === '4.7' || key === '4.6') return 'EXPIRED'
  if (subject === '7' || ['1.7', '1.8'].includes(key)) return 'REFUSED'
  if (subject === '4' && klass !== undefined && detail !== '0') return 'UNREACHABLE'
  return undefined
}

/** Why mail fails, from a status and what a server says. Words come first: many servers give any status. */
export function reasonOf(status: string | undefined, text: string): FailureReason {
  const fromWords = words.find(([, pattern]) => pattern.test(text))?.[0]
  const fromStatus = status === undefined ? undefined : ofStatus(status)
  if (fromWords === 'UNREACHABLE') return fromStatus ?? fromWords
  return fromWords ?? fromStatus ?? 'OTHER'
}

/** An enhanced status in a text; undefined if there is none. */
export function statusIn(text: string): string | undefined {
  return /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text)?.[0]
}

/** The reason in a server's reply to a command. */
export function replyReason(reply: number, text: string): Pick<Failure, 'reason' | 'code'> {
  const status = statusIn(text)
  const reason = reasonOf(status, text)
  // A server that rejects the recipient and says no more does not know it.
  return { code: status ?? String(reply), reason: reason === 'OTHER' ? 'UNKNOWN_ADDRESS' : reason }
}
