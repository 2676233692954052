/** The line above what is quoted, in the languages of programs that citizens use; it may be broken once. */
const attribution = [
  String.raw`^[ \t]*(?:On|Vào|Lúc|Ngày|Am|Le|El|Il|Em|W dniu|Op)\b[^\n]{3,300}(?:\n[^\n]{0,200})?(?:wrote|đã viết|viết|schrieb|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?|schreef)\s{0,5}:[ \t]{0,20}$`,
  String.raw`^[^\n]{1,200}<[^<>\s@]+@[^<>\s]+>[^\n]{0,60}(?:wrote|đã viết|viết)[^\n:]{0,40}:[ \t]{0,20}$`
].join('|')
const aboveQuotes = new RegExp(String.raw`(?:${attribution})(?=[ \t\n]{1,20}>)`, 'gimu')
const attributions = new RegExp(attribution, 'gimu')
/** What is forwarded may be the answer: it is no quote. */
const ruled =
  /^[ \t]*-{2,}[ \t]*(?:Original Message|Thư gốc|Tin nhắn gốc|Ursprüngliche Nachricht|Message d'origine)[^\n]{0,40}-{2,}[ \t]*$/imu
const sender = `(?:From|Từ|Người gửi|Von|De|Da)`
const surely = `(?:Sent|Subject|Đã gửi|Chủ đề|Tiêu đề|Gesendet|Betreff|Envoyé|Objet)`
/** The head that Outlook repeats, behind an empty line or a ruled one: who, with an address or a line that forms do not have. */
const head = new RegExp(
  String.raw`(?<=^|\n[ \t]*\n|[_-]{5}[ \t]*\n)[ \t*]{0,20}${sender}[ \t*]{0,20}:(?:[^\n]{1,300}@[^\n]{1,300}\n[ \t*]{0,20}[^\n:]{2,20}:|[^\n]{1,300}\n(?:[^\n]{1,300}\n){0,2}[ \t*]{0,20}${surely}[ \t*]{0,20}:)`,
  'iu'
)
/** Longest text that is looked through; patterns take time by its length. */
const longest = 200_000

export interface ReplyText {
  readonly reply: string
  /** Whether more was left out than lines that are marked as quoted. */
  readonly isCut: boolean
}

/** What a person wrote, without the mail that is answered; all of it if nothing else remains. */
export function replyText(text: string): ReplyText {
  const all = text.replaceAll('\u00a0', ' ')
  const own = all.slice(0, longest).replaceAll(aboveQuotes, '')
  const hasQuotes = own.length < Math.min(all.length, longest)
  const cuts = [own.search(ruled), own.search(head), bareAttribution(own)].filter((at) => at >= 0)
  const rest = own + all.slice(longest)
  const cut = cuts.length > 0 ? Math.min(...cuts) : rest.length
  const reply = withoutQuotes(rest.slice(0, cut).replace(/\n[ \t]*_{5,}[ \t]*\n?$/, ''), hasQuotes)
  if (reply !== '') return { reply, isCut: cut < rest.length }
  return { reply: withoutQuotes(all, hasQuotes) || text.trim(), isCut: false }
}

/** Some programs do not mark what they quote: then the line above names who wrote it by their address. */
function bareAttribution(text: string): number {
  for (const { 0: line, index } of text.matchAll(attributions)) if (line.includes('@')) return index
  return -1
}

/** A line that begins with `>` is quoted where a program says so; people write `>100` as well. */
function withoutQuotes(text: string, hasQuotes: boolean): string {
  const quoted = hasQuotes ? /^[ \t]*>/ : /^[ \t]*>(?:[ \t>]|$)/
  const lines = text.split('\n').filter((line) => !quoted.test(line))
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
