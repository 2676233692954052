import { isBrandName } from './map/brand-name.ts'
import { longestWaitMs } from './outbound/pace.ts'
import type { SmsSettings } from './settings.ts'

const rule =
  'must be a brand name: at most 11 Latin letters, digits, - _ . and spaces, not digits alone (Decree 91/2020, article 23)'

/** What is wrong with the settings of an instance, each with its place. */
export async function checkSettings(settings: SmsSettings): Promise<readonly string[]> {
  const { brandName, furtherBrandNames, quietHours, answers, maxParts, messagesPerSecond = 1000 } = settings
  return [
    ...(isBrandName(brandName) ? [] : [`/brandName ${rule}`]),
    ...furtherBrandNames.flatMap((name, at) =>
      isBrandName(name) ? [] : [`/furtherBrandNames/${at} ${rule}`]
    ),
    ...(quietHours && quietHours.from === quietHours.to
      ? ['/quietHours: from and to must differ; otherwise nothing would ever be sent']
      : []),
    ...((maxParts - 1) * 1000 > longestWaitMs * messagesPerSecond
      ? ['/maxParts: messagesPerSecond is too little to send so many parts within 20 s']
      : []),
    ...(answers.codePattern === undefined ? [] : patternProblems(answers.codePattern))
  ]
}

function patternProblems(pattern: string): readonly string[] {
  try {
    const groups = new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 0
    return groups >= 2 ? [] : ['/answers/codePattern needs a group in parentheses that finds the code']
  } catch {
    return ['/answers/codePattern is no regular expression']
  }
}
