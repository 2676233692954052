import { isAbsolute } from 'node:path'
import { sensitiveColumns } from './map/columns.ts'
import type { StaffSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. */
export async function checkSettings({ csv, postgres }: StaffSettings): Promise<readonly string[]> {
  const isOne = (csv === undefined) !== (postgres === undefined)
  return [
    ...(isOne ? [] : ['/ needs one of csv and postgres']),
    ...(csv === undefined || isAbsolute(csv.folder) ? [] : ['/csv/folder must be an absolute path']),
    ...sensitiveColumns(csv?.columns ?? {}).map(
      (field) => `/csv/columns/${field} names a column that must not get on the bus`
    )
  ]
}
