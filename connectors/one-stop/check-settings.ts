import { unknownDays, unorderedHours } from '#protocol/timing/working-time.ts'
import { codeTableProblems } from './dialect/code-tables.ts'
import { dossierFields, type Field, progressFields } from './dialect/fields.ts'
import type { OneStopSettings } from './settings.ts'

/** What is wrong with settings that match their schema. */
export async function checkSettings(settings: OneStopSettings): Promise<readonly string[]> {
  const { client, server, codeTables, codePattern, rootName, clock } = settings
  const names = textNames([...dossierFields, ...progressFields])
  return [
    ...((client === undefined) === (server === undefined)
      ? ['settings need either client or server: an instance calls a system or is called by one']
      : []),
    ...codeTableProblems(codeTables, names),
    ...(names.includes(rootName) ? [`rootName: ${rootName} is a field of the dialect`] : []),
    ...patternProblems(codePattern),
    ...unorderedHours(clock.hours).map(
      (hours) => `clock.hours: ${hours} ends before it begins, or begins before the hours before it end`
    ),
    ...unknownDays([...clock.holidays, ...clock.makeUpDays]).map((day) => `clock: there is no day ${day}`)
  ]
}

function textNames(fields: readonly Field[]): readonly string[] {
  return fields.flatMap(({ theirs, form }) =>
    typeof form === 'object' ? textNames(form.fields) : form === 'text' ? [theirs] : []
  )
}

function patternProblems(pattern: string): readonly string[] {
  try {
    new RegExp(pattern)
    return []
  } catch (error) {
    return [`codePattern: ${(error as SyntaxError).message}`]
  }
}
