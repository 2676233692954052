import { bareText } from './bare-text.ts'

export const statusNames = ['working', 'on-leave', 'retired', 'resigned', 'left'] as const
export type Status = (typeof statusNames)[number]

const usual: Readonly<Record<Status, readonly string[]>> = {
  working: [
    ...['', 'dang lam viec', 'dang cong tac', 'lam viec', 'nghi phep', 'hoat dong', 'working', 'active'],
    ...['on_leave', 'biet phai', 'dang biet phai', 'tap su', 'thu viec']
  ],
  'on-leave': [
    ...['nghi dai han', 'nghi khong luong', 'nghi thai san', 'nghi om dai ngay', 'tam hoan cong tac'],
    ...['tam dinh chi', 'di hoc dai han', 'long_leave', 'on-leave', 'suspended']
  ],
  retired: ['nghi huu', 'huu tri', 'da nghi huu', 'retired'],
  resigned: ['thoi viec', 'da thoi viec', 'nghi viec', 'da nghi viec', 'xin nghi viec', 'resigned'],
  left: ['chuyen di', 'chuyen cong tac', 'da chuyen di', 'tu tran', 'buoc thoi viec', 'left', 'closed']
}

/** Reads the word for a status, as the settings or usage have it; undefined if nobody knows it. */
export function createStatusReader(
  further: Readonly<Record<string, Status>>
): (word: string) => Status | undefined {
  const known = new Map<string, Status>()
  for (const status of statusNames) for (const word of usual[status]) known.set(word, status)
  for (const [word, status] of Object.entries(further)) known.set(bareText(word), status)
  return (word) => known.get(bareText(word))
}
