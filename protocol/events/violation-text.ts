import type { ErrorObject } from 'ajv'

/** What is wrong with a value, in both languages: what it must be. */
export interface ViolationText {
  readonly en: string
  readonly vi: string
}

/** The same as values of an error, with the JSON Pointer (RFC 6901) of the member. */
export interface ViolationValues {
  readonly member: string
  readonly problem: string
  readonly problemVi: string
}

const types: Readonly<Record<string, ViolationText>> = {
  integer: { en: 'a whole number, without quotation marks', vi: 'số nguyên, không có dấu nháy' },
  number: { en: 'a number, without quotation marks', vi: 'số, không có dấu nháy' },
  boolean: { en: 'true or false, without quotation marks', vi: 'true hoặc false, không có dấu nháy' },
  string: {
    en: 'text; put it in quotation marks if it is a number',
    vi: 'chữ; nếu là số hãy đặt trong dấu nháy'
  },
  object: { en: 'an object: members with names', vi: 'các thành phần có tên' },
  array: { en: 'a list', vi: 'danh sách' },
  null: { en: 'null', vi: 'null' }
}

const formats: Readonly<Record<string, ViolationText>> = {
  'date-time': {
    en: 'a time as in 2026-11-24T07:00:00+07:00',
    vi: 'thời điểm, như 2026-11-24T07:00:00+07:00'
  },
  date: { en: 'a day as in 2026-11-24', vi: 'ngày, như 2026-11-24' },
  uri: { en: 'a URL', vi: 'URL' }
}

/** What a violation of a schema means, after the name of the value. */
export function violationText({ keyword, params, message = '' }: ErrorObject): ViolationText {
  const { limit } = params
  switch (keyword) {
    case 'required':
      return { en: 'must be given', vi: 'phải có' }
    case 'additionalProperties':
      return { en: 'must be left out: there is no such name here', vi: 'phải bỏ: ở đây không có tên này' }
    case 'type': {
      const { en, vi } = types[String(params.type)] ?? { en: String(params.type), vi: String(params.type) }
      return { en: `must be ${en}`, vi: `phải là ${vi}` }
    }
    case 'enum': {
      const values = params.allowedValues.join(', ')
      return { en: `must be one of: ${values}`, vi: `phải là một trong: ${values}` }
    }
    case 'format': {
      const { en, vi } = formats[String(params.format)] ?? { en: params.format, vi: params.format }
      return { en: `must be ${en}`, vi: `phải là ${vi}` }
    }
    case 'pattern':
      return patternText(String(params.pattern)) ?? { en: message, vi: `phải khớp mẫu ${params.pattern}` }
    case 'minimum':
      return { en: `must be at least ${limit}`, vi: `phải từ ${limit} trở lên` }
    case 'maximum':
      return { en: `must be at most ${limit}`, vi: `chỉ được tối đa ${limit}` }
    case 'minItems':
      return { en: `must have at least ${limit} entries`, vi: `phải có ít nhất ${limit} mục` }
    case 'maxItems':
      return { en: `must have at most ${limit} entries`, vi: `chỉ được có tối đa ${limit} mục` }
    case 'minLength':
      return limit === 1
        ? { en: 'must not be empty', vi: 'không được để trống' }
        : { en: `must have at least ${limit} characters`, vi: `phải có ít nhất ${limit} ký tự` }
    case 'maxLength':
      return { en: `must have at most ${limit} characters`, vi: `chỉ được có tối đa ${limit} ký tự` }
    case 'uniqueItems':
      return { en: 'must have each entry once', vi: 'phải có mỗi mục đúng một lần' }
    default:
      return { en: message, vi: `không đạt điều kiện ${keyword} (${Object.values(params).join(', ')})` }
  }
}

/** The patterns that people meet most, in words. */
function patternText(pattern: string): ViolationText | undefined {
  if (pattern === '^[0-9a-f]{64}$')
    return { en: 'must be 64 characters of 0-9 and a-f', vi: 'phải gồm đúng 64 ký tự 0-9 và a-f' }
  const [, characters, most] = /^\^\[(0-9|a-z0-9-)\]\{1,(\d+)\}\$$/.exec(pattern) ?? []
  if (most === undefined) return undefined
  return characters === '0-9'
    ? {
        en: `must be a whole number of at most ${most} digits`,
        vi: `phải là số nguyên, tối đa ${most} chữ số`
      }
    : {
        en: `must be 1 to ${most} characters of a-z, 0-9 and -`,
        vi: `phải gồm từ 1 đến ${most} ký tự a-z, 0-9 và -`
      }
}

/** What a violation means, as values of an error. */
export function violationValues(violation: ErrorObject): ViolationValues {
  const { instancePath, params } = violation
  const named = params.additionalProperty ?? params.missingProperty
  const { en, vi } = violationText(violation)
  return {
    member: named === undefined ? instancePath || '/' : `${instancePath}/${escaped(String(named))}`,
    problem: en,
    problemVi: vi
  }
}

/** A name in a JSON Pointer. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Of all violations of a value the one to report: where it is none of several values, with all of them. */
export function reportedViolation(violations: readonly ErrorObject[]): ErrorObject | undefined {
  const [first] = violations
  if (first?.keyword !== 'const') return first
  const here = violations.filter(({ instancePath }) => instancePath === first.instancePath)
  // Of a choice between values and something else, such as a pattern, the latter says more.
  const other = here.find((one) => one.keyword !== 'anyOf' && onlyValue(one) === undefined)
  if (other) return other
  const allowedValues = here.flatMap((one) => onlyValue(one) ?? [])
  return { ...first, keyword: 'enum', params: { allowedValues } }
}

/** The only value that would be right, as text. */
function onlyValue({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'const') return String(params.allowedValue)
  return keyword === 'type' && params.type === 'null' ? 'null' : undefined
}
