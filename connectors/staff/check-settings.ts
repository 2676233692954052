import { isAbsolute } from 'node:path'
import { sensitiveColumns } from './map/columns.ts'
import type { StaffSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. */
export async function checkSettings({ csv: { folder, columns } }: StaffSettings): Promise<readonly string[]> {
  return [
    ...(isAbsolute(folder) ? [] : ['/csv/folder must be an absolute path']),
    ...sensitiveColumns(columns).map(
      (field) => `/csv/columns/${field} names a column that must not get on the bus`
    )
  ]
}
