import { isAbsolute } from 'node:path'
import { sensitiveColumns } from './map/columns.ts'
import type { CsvSettings, PostgresSettings, StaffSettings } from './settings.ts'

/** What is wrong with the settings of an instance, each with its place. */
export async function checkSettings({ csv, postgres }: StaffSettings): Promise<readonly string[]> {
  return [
    ...((csv === undefined) === (postgres === undefined) ? ['/ needs one of csv and postgres'] : []),
    ...(csv ? csvProblems(csv) : []),
    ...(postgres ? postgresProblems(postgres) : [])
  ]
}

function csvProblems({ folder, columns }: CsvSettings): readonly string[] {
  return [
    ...(isAbsolute(folder) ? [] : ['/csv/folder must be an absolute path']),
    ...sensitiveColumns(columns).map(
      (field) => `/csv/columns/${field} names a column that must not get on the bus`
    )
  ]
}

function postgresProblems({ host, password, passwordFile, security }: PostgresSettings): readonly string[] {
  return [
    ...(/^[A-Za-z0-9.:-]+$/.test(host) ? [] : ['/postgres/host must be a name or an address']),
    ...(password !== undefined && passwordFile !== undefined
      ? ['/postgres needs one of password and passwordFile, not both']
      : []),
    ...(security === 'none' && !isThisMachine(host)
      ? ['/postgres/security must not be none: data of people would be sent in the clear']
      : [])
  ]
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
