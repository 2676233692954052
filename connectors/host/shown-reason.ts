import { BusError, retryOf } from '#protocol/errors/bus-error.ts'
import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import { failureOf } from './failures.ts'

const codeGrammar = /^[A-Z][A-Z0-9_]{1,59}$/

/**
 * Why something failed, for agencies, auditors and monitoring. Texts of errors of ours are safe to show. Those of
 * kinds and libraries may contain addresses with credentials: of them only the code is shown; the log has the rest.
 */
export function shownTexts(error: unknown): Readonly<Record<'vi' | 'en', string>> {
  if (error instanceof BusError) return { vi: error.text('vi'), en: error.text('en') }
  const { title, titleVi } = catalogue[busCodeOf(error)]
  const code = codeIn(error)
  const suffix = code === undefined ? '' : ` (${code})`
  return { vi: `${titleVi}${suffix}`, en: `${title}${suffix}` }
}

export function shownReason(error: unknown): string {
  return shownTexts(error).en
}

function busCodeOf(error: unknown): ErrorCode {
  const failure = failureOf(error)
  if (failure === 'unreachable') return 'BUS_PEER_UNREACHABLE'
  if (failure === 'credentials') return 'BUS_PEER_CREDENTIALS'
  return retryOf(error) === 'never' ? 'BUS_INTERNAL' : 'BUS_PEER_FAILED'
}

/** The code that Node or a library gave an error or its cause. */
function codeIn(error: unknown): string | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    const { code } = one as NodeJS.ErrnoException
    if (typeof code === 'string' && codeGrammar.test(code)) return code
  }
  return undefined
}
