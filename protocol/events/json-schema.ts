import { Ajv, type ErrorObject, type Options } from 'ajv'

/** What is wrong with a value, and where, as Ajv says it. */
export type Violation = ErrorObject

/** No keyword is ignored, no value coerced, and none refers to another. The schemas are our own, and are not checked themselves. */
const options: Options = { strict: true, coerceTypes: false, $data: false, validateSchema: false }

/**
 * Compiles a JSON Schema into a check that gives the value back unchanged, or
 * throws what `toError` makes of the first violation: the value may be a
 * stranger's, so there is no second. Milliseconds, so keep it.
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
  return validate(settings) ? [] : (validate.errors ?? []).map(describe)
}

function describe({ instancePath, message, params }: Violation): string {
  const extra = params.additionalProperty ? ` (${params.additionalProperty})` : ''
  return `${instancePath || '/'} ${message}${extra}`
}
