import { commune } from './cast.ts'

/** Somebody who begins to work for the commune. */
export interface Official {
  readonly staffNumber: string
  readonly fullName: string
  /** A line of a list of the staff, in the order of `listHeader`. */
  readonly row: string
}

/** The system of the centre that makes accounts. */
export const directorySystem = 'thu-muc'

export const listHeader = 'Số hiệu;Họ và tên;Đơn vị;Chức vụ;Trạng thái'

/** With a staff number that no run before had. */
export function nextOfficial(): Official {
  const staffNumber = `CB-${Date.now()}`
  const fullName = 'Nguyễn Thị Mẫu'
  return {
    staffNumber,
    fullName,
    row: `${staffNumber};${fullName};${commune.name};Chuyên viên;Đang làm việc`
  }
}
