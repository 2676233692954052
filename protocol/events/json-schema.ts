import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { isDay, isInstant } from './instant.ts'
import { type SettingFault, settingFault } from './setting-fault.ts'
import { reportedViolation } from './violation-text.ts'

/** What is wrong with a value and where, as Ajv reports it. */
export type Violation = ErrorObject

/** The formats that our schemas name; strict Ajv rejects a schema with another. */
const formats: Options['formats'] = {
  uri: (text: string) => URL.canParse(text),
  'date-time': isInstant,
  date: isDay
}

/**
 * Unknown keywords are errors, values are not coerced, and `$data` references are off. Schemas are our own:
 * validating them too would take ten times as long.
 */
const options: Options = {
  strict: true,
  coerceTypes: false,
  $data: false,
  validateSchema: false,
  formats,
  keywords: ['secret'] // Marks settings that are never shown.
}

/**
 * Compiles a JSON Schema into a check that returns the value unchanged, or throws what `toError` makes of
 * the violation to report. It stops at the first, since the value may come from a stranger. Compiling takes
 * milliseconds: keep the check.
 */
export function compileCheck<T>(
  schema: object,
  toError: (violation: Violation, value: unknown) => Error
): (value: unknown) => T {
  const validate = new Ajv({ ...options, allErrors: false }).compile<T>(schema)
  return (value) => {
    if (validate(value)) return value
    const reported = reportedViolation(validate.errors ?? [])
    throw reported ? toError(reported, value) : new TypeError('a value was refused without an error')
  }
}

/** Compiles a JSON Schema into a test whether a value matches it. */
export function compileTest(schema: object): (value: unknown) => boolean {
  return new Ajv({ ...options, strictTypes: false }).compile(schema)
}

const filling = new WeakMap<object, ValidateFunction>()

/**
 * Fills in the defaults of settings and returns every violation with its place. A schema is compiled once: of
 * hundreds of instances, each has the settings of its kind.
 */
export function fillSettings(schema: object, settings: unknown): readonly string[] {
  return settingFaults(schema, settings).map(({ en }) => en)
}

/** The same, in both languages. */
export function settingFaults(schema: object, settings: unknown): readonly SettingFault[] {
  const violations = violationsOf(schema, settings)
  const ofChoice = violations
    .filter(({ keyword }) => keyword === 'anyOf')
    .map(({ instancePath }) => instancePath)
  return violations
    .filter(({ keyword, instancePath }) => keyword === 'anyOf' || !ofChoice.includes(instancePath))
    .map(settingFault)
}

/** The same, as Ajv reports them, each with the schema that is violated. */
export function violationsOf(schema: object, settings: unknown): readonly Violation[] {
  const validate =
    filling.get(schema) ??
    new Ajv({ ...options, allErrors: true, useDefaults: true, verbose: true }).compile(schema)
  filling.set(schema, validate)
  return validate(settings) ? [] : (validate.errors ?? [])
}
