import { faults } from '../faults.ts'

/** For a field of the dialect: the codes of the outside, and what they are on the bus. */
export type CodeTables = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The code on the bus. Without a table codes are the same; one that a table does not have could be mistaken for another. */
export function toOurCode(tables: CodeTables, field: string, code: string): string {
  const table = Object.hasOwn(tables, field) ? tables[field] : undefined
  if (!table) return code
  const found = Object.hasOwn(table, code) ? table[code] : undefined
  if (found === undefined) throw faults.codeUnknown({ values: { field, code: code.slice(0, 40) } })
  return found
}

/** The code outside. */
export function toTheirCode(tables: CodeTables, field: string, code: string): string {
  const table = Object.hasOwn(tables, field) ? tables[field] : undefined
  if (!table) return code
  const found = Object.entries(table).find(([, ours]) => ours === code)
  if (!found) throw faults.codeWithoutCounterpart({ values: { field, code: code.slice(0, 40) } })
  return found[0]
}

/** What is wrong with tables: codes of the bus that two codes outside would become. */
export function codeTableProblems(tables: CodeTables, known: readonly string[]): readonly string[] {
  return Object.entries(tables).flatMap(([field, table]) => {
    const codes = Object.values(table)
    const twice = codes.find((code, index) => codes.indexOf(code) !== index)
    return [
      ...(known.includes(field) ? [] : [`codeTables.${field}: is no field of the dialect with a text`]),
      ...(twice === undefined ? [] : [`codeTables.${field}: two codes of the outside become ${twice}`])
    ]
  })
}
