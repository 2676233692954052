import { Ajv, type ErrorObject, type Options } from 'ajv'
import { isDay, isInstant } from './instant.ts'

/** What is wrong with a value, and where, as Ajv says it. */
export type Violation = ErrorObject

/** An unknown keyword is an error, no value is coerced, and `$data` is no reference. The schemas are our own: checking them would take ten times as long. */
const options: Options = {
  strict: true,
  coerceTypes: false,
  $data: false,
  validateSchema: false,
  formats: { 'date-time': isInstant, date: isDay }
}

/**
 * Compiles a JSON Schema into a check that gives the value back unchanged, or
 * throws what `toError` makes of the first violation. It looks for no more,
 * since the value may be a stranger's. Compiling takes milliseconds: keep the
 * check.
 */
export function compileCheck<T>(
  schema: object,
  toError: (violation: Violation, value: unknown) => Error
): (value: unknown) => T {
  const validate = new Ajv({ ...options, allErrors: false }).compile<T>(schema)
  return (value) => {
    if (validate(value)) return value
    const [first] = validate.errors ?? []
    throw first ? toError(first, value) : new TypeError('a value was refused without an error')
  }
}

/** Fills the defaults of a schema into settings, and says what is wrong with them: everything, each with its place. */
export function fillSettings(schema: object, settings: unknown): readonly string[] {
  const validate = new Ajv({ ...options, allErrors: true, useDefaults: true }).compile(schema)
  return validate(settings) ? [] : (validate.errors ?? []).map(violationText)
}

function violationText({ instancePath, message, params }: Violation): string {
  const extra = params.additionalProperty ? ` (${params.additionalProperty})` : ''
  return `${instancePath || '/'} ${message}${extra}`
}
