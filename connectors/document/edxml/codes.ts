/** Code lists of the packages, with the names that clerks use. */

/** An entry of a table by a name from outside; never a member that every object inherits. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Event types by BussinessDocType. */
export const businessTypes: Readonly<Record<string, string>> = {
  '0': 'document.issued.v1',
  '1': 'document.recalled.v1',
  '2': 'document.updated.v1',
  '3': 'document.replaced.v1'
}

/** The BussinessDocType of an event type. */
export function businessTypeOf(type: string): string | undefined {
  return Object.entries(businessTypes).find(([, known]) => known === type)?.[0]
}

/** Names of StatusCode; codes not listed here are kept as they are. */
export const statusNames: Readonly<Record<string, string>> = {
  '01': 'Đã đến',
  '02': 'Từ chối tiếp nhận',
  '03': 'Đã tiếp nhận',
  '04': 'Phân công',
  '05': 'Đang xử lý',
  '06': 'Hoàn thành',
  '13': 'Lấy lại',
  '15': 'Đồng ý cập nhật, lấy lại',
  '16': 'Từ chối cập nhật, lấy lại'
}

/** Statuses that also answer the document on the bus. */
export const answerOfStatus: Readonly<Record<string, 'accepted' | 'rejected'>> = {
  '03': 'accepted',
  '02': 'rejected'
}
