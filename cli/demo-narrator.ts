import type { Narrator } from '#deploy/demo/narrator.ts'
import { textsIn } from '#gateway/console/web/texts.js'
import type { Language } from '#protocol/errors/faults.ts'
import { say } from '#runtime/output.ts'
import { demoTextsIn } from './demo-texts.ts'

/** Prints what happens in the demo. */
export function createNarrator(language: Language, nameOf: (code: string) => string | undefined): Narrator {
  return {
    language,
    part(text) {
      say()
      say(['bold', text[language]])
    },
    step: (text) => say('  ', ['green', '✓'], ` ${text[language]}`),
    detail: (text) => say('    ', ['dim', text[language]]),
    leftOut: (text) => say(['yellow', demoTextsIn(language)('leftOut', { reason: text[language] })]),
    agency(code) {
      const name = nameOf(code)
      return name === undefined ? code : `${name} (${code})`
    },
    time: (instant) => textsIn(language).exact(instant)
  }
}
