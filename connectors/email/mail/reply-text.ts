/** The line above what is quoted, in the languages of programs that citizens use; it may be broken once. */
const attribution =
  /^[ \t]*(?:On|Vào|Lúc|Ngày|Am|Le|El|Il|Em|W dniu|Op)\b[^\n]{3,300}(?:\n[^\n]{0,200})?(?:wrote|đã viết|viết|schrieb|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?|schreef)\s*:[ \t]*$/imu
const nameAbove = /^[^\n]{1,200}<[^<>\s@]+@[^<>\s]+>[^\n]{0,60}(?:wrote|đã viết|viết)[^\n:]{0,40}:[ \t]*$/imu
const ruled =
  /^[ \t]*-{2,}[ \t]*(?:Original Message|Forwarded message|Thư gốc|Tin nhắn gốc|Thư đã chuyển tiếp|Tin nhắn đã chuyển tiếp|Ursprüngliche Nachricht|Message d'origine)[^\n]{0,40}-{2,}[ \t]*$/imu
const sender = `(?:From|Từ|Người gửi|Von|De|Da)`
const other = `(?:Sent|Date|To|Cc|Subject|Đã gửi|Gửi|Ngày|Tới|Đến|Kính gửi|Chủ đề|Tiêu đề|Gesendet|An|Betreff|Envoyé|À|Objet)`
/** The head that Outlook repeats: who, and at least one more line. */
const head = new RegExp(
  String.raw`^(?:[ \t]*_{5,}[ \t]*\n+)?[ \t*]*${sender}[ \t*]*:[^\n]{1,300}\n(?:[ \t*]*${other}[ \t*]*:[^\n]{0,500}(?:\n|$))`,
  'imu'
)
const starts = [attribution, nameAbove, ruled, head]
/** Longest text that is looked through; patterns take time by its length. */
const longest = 200_000

/** What a person wrote, without the mail that is answered; all of it if nothing else remains. */
export function replyText(text: string): string {
  const all = text.replaceAll('\u00a0', ' ')
  const seen = all.slice(0, longest)
  const cuts = starts.flatMap((pattern) => {
    const at = seen.search(pattern)
    return at >= 0 ? [at] : []
  })
  const cut = cuts.length > 0 ? Math.min(...cuts) : all.length
  const own = withoutQuotes(all.slice(0, cut))
  return own !== '' ? own : withoutQuotes(all) || text.trim()
}

function withoutQuotes(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^[ \t]*>/.test(line))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
