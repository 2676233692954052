import { canonicalJson } from '#protocol/events/canonical.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { isRaw, type Raw } from '../dialect/json.ts'
import { faults } from '../faults.ts'

const maxLength = 262_144
const maxCodeLength = 100

/** The code of an entry of the catalogue; undefined if it has none that can be used. */
export function codeOf(entry: Raw): string | undefined {
  const code = memberOf(entry, 'MATTHC')
  if (typeof code !== 'string' && typeof code !== 'number') return undefined
  const text = String(code).trim().normalize()
  return text === '' || text.length > maxCodeLength ? undefined : text
}

/** An entry of the catalogue as data of an event. Throws `procedureTooLarge`. */
export function procedureData(code: string, entry: Raw): JsonObject {
  const name = memberOf(entry, 'TENTTHC')
  const record = canonicalJson(entry as JsonObject)
  if (typeof name !== 'string' || name === '' || record.length > maxLength) {
    throw faults.procedureTooLarge({ values: { code, limit: maxLength } })
  }
  const fields = memberOf(entry, 'LINHVUCTHUCHIEN')
  return {
    procedureCode: code,
    procedureName: name,
    ...(Array.isArray(fields) ? { fields: fields.filter(isRaw).map(fieldOf) } : {}),
    record
  }
}

function fieldOf(raw: Raw): JsonObject {
  const texts = { code: memberOf(raw, 'MALINHVUC'), name: memberOf(raw, 'TENLINHVUC') }
  return Object.fromEntries(
    Object.entries(texts).filter(
      (one): one is [string, string] => typeof one[1] === 'string' && one[1] !== ''
    )
  )
}

/** An entry for a caller: the whole one, or what a list shows of it. */
export function toEntry(
  { procedureCode = '', procedureName = '', fields, record }: JsonObject,
  isWhole: boolean
): JsonObject {
  if (isWhole && typeof record === 'string') return JSON.parse(record) as JsonObject
  const list = ((fields ?? []) as readonly JsonObject[]).map(({ code = '', name = '' }) => {
    return { MALINHVUC: code, TENLINHVUC: name }
  })
  return { MATTHC: procedureCode, TENTTHC: procedureName, LINHVUCTHUCHIEN: list }
}

/** Systems write the names of members in capitals, or not. */
function memberOf(raw: Raw, name: string): unknown {
  const found = Object.keys(raw).find((one) => one.toUpperCase() === name)
  return found === undefined ? undefined : raw[found]
}
