import { faults } from '../faults.ts'
import { bareText } from './bare-text.ts'

/** Everything that is read of a row. What is not listed here is never read, whatever the list contains. */
export const fields = [
  {
    field: 'staffNumber',
    meaning: 'the staff number (số hiệu)',
    aliases: [
      ...['ma can bo', 'ma cb', 'so hieu', 'so hieu can bo', 'ma nhan vien', 'ma nv', 'ma so can bo'],
      ...['ma cbccvc', 'so hieu cbccvc', 'so hieu cong chuc', 'ma cong chuc', 'ma vien chuc'],
      ...['staff number', 'staff_number', 'staffnumber', 'employee id', 'employee number']
    ]
  },
  {
    field: 'fullName',
    meaning: 'the full name (họ và tên)',
    aliases: [
      'ho va ten',
      'ho ten',
      'ho va ten khai sinh',
      'ho ten can bo',
      'full name',
      'full_name',
      'fullname'
    ]
  },
  {
    field: 'unit',
    meaning: 'the unit, by name or code (đơn vị)',
    aliases: [
      ...['don vi', 'don vi cong tac', 'ma don vi', 'ma dinh danh don vi', 'phong ban', 'co quan'],
      ...['co quan don vi', 'unit', 'unit code', 'unit_code', 'department']
    ]
  },
  {
    field: 'position',
    meaning: 'the position (chức vụ)',
    aliases: ['chuc vu', 'chuc danh', 'chuc vu chuc danh', 'position', 'title', 'job title']
  },
  {
    field: 'status',
    meaning: 'the status (trạng thái)',
    aliases: ['trang thai', 'tinh trang', 'trang thai lam viec', 'tinh trang lam viec', 'status']
  },
  {
    field: 'effectiveDate',
    meaning: 'the day from which the row holds (ngày hiệu lực)',
    aliases: ['ngay hieu luc', 'ngay ap dung', 'hieu luc tu ngay', 'effective date', 'effective_date']
  },
  {
    field: 'secondUnit',
    meaning: 'units of second posts, separated by `;` (đơn vị biệt phái, kiêm nhiệm)',
    aliases: ['don vi biet phai', 'don vi kiem nhiem', 'biet phai', 'second unit', 'second_unit']
  },
  {
    field: 'secondPosition',
    meaning: 'positions of second posts, in the order of the units (chức vụ kiêm nhiệm)',
    aliases: ['chuc vu biet phai', 'chuc vu kiem nhiem', 'second position', 'second_position']
  },
  {
    // Many lists have private addresses: only a person can tell, so there are no usual names.
    field: 'mailAddress',
    meaning: 'a proposed official mail address; read only if it is named here',
    aliases: []
  }
] as const satisfies readonly {
  readonly field: string
  readonly meaning: string
  readonly aliases: readonly string[]
}[]

export type Field = (typeof fields)[number]['field']
/** Where a field stands in a row; -1 if there is no such column. */
export type ColumnPlaces = Readonly<Record<Field, number>>

const required: readonly string[] = ['staffNumber', 'fullName', 'unit']

/** Without what people add to a header: `(bắt buộc)`, `*`, `:`. */
function bareName(header: string): string {
  return bareText(header.replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ' ').replaceAll(/[*:]/g, ' '))
}

/** The place of each field. Throws if a column is missing, or if two could be the same. */
export function placeColumns(
  header: readonly string[],
  named: Readonly<Partial<Record<Field, string>>>,
  file: string
): ColumnPlaces {
  // Cells of people must not get into a message.
  if (!header.some((one) => isKnown(one, named))) throw faults.headerMissing({ values: { file } })
  checkTwice(header)
  const columns = header
    .map((one) => JSON.stringify(one.trim()))
    .join(', ')
    .slice(0, 500)
  const places = fields.map(({ field, aliases }) => {
    const own = named[field]
    const isIt = (one: string): boolean =>
      own === undefined
        ? (aliases as readonly string[]).includes(bareName(one))
        : bareText(one) === bareText(own)
    const found = header.flatMap((one, at) => (isIt(one) ? [at] : []))
    if (found.length > 1) {
      const several = found.map((at) => JSON.stringify(header[at])).join(', ')
      throw faults.columnUnclear({ values: { field, columns: several } })
    }
    const isNeeded = own !== undefined || required.includes(field)
    if (found.length === 0 && isNeeded) throw faults.columnMissing({ values: { field, columns } })
    return [field, found[0] ?? -1]
  })
  return Object.fromEntries(places) as ColumnPlaces
}

function isKnown(header: string, named: Readonly<Partial<Record<Field, string>>>): boolean {
  const own = Object.values(named).map(bareText)
  const usual: readonly string[] = fields.flatMap(({ aliases }) => [...aliases])
  return own.includes(bareText(header)) || usual.includes(bareName(header))
}

function checkTwice(header: readonly string[]): void {
  const known = new Map<string, string>()
  for (const one of header) {
    const bare = bareText(one)
    const other = known.get(bare)
    if (other !== undefined && bare !== '') {
      const columns = [other, one].map((text) => JSON.stringify(text.trim())).join(', ')
      throw faults.columnTwice({ values: { columns } })
    }
    known.set(bare, one)
  }
}

const sensitive = new RegExp(
  [
    ...[
      'dan toc',
      'ton giao',
      'dang vien',
      'dang phi',
      'chi bo',
      'vao dang',
      'ngay vao',
      'party',
      'religio',
      'ethnic'
    ],
    ...[
      'cccd',
      'cmnd',
      'cmtnd',
      'so cmt',
      'can cuoc',
      'chung minh',
      'dinh danh ca nhan',
      'so ddcn',
      'passport',
      'ho chieu'
    ],
    ...[
      'national id',
      'identity',
      'suc khoe',
      'benh',
      'health',
      'bhxh',
      'bhyt',
      'bao hiem',
      'thue',
      'luong',
      'he so'
    ],
    ...[
      'salary',
      'so tai khoan',
      'bank',
      'gia dinh',
      'than nhan',
      'hon nhan',
      'ky luat',
      'khen thuong',
      'ngay sinh'
    ],
    ...['nam sinh', 'noi sinh', 'que quan', 'ho khau', 'birth', 'gioi tinh', 'dien thoai', 'phone']
  ].join('|')
)

/** Columns that must not be read into events, named as if they were something else. */
export function sensitiveColumns(named: Readonly<Partial<Record<Field, string>>>): readonly Field[] {
  return fields.flatMap(({ field }) => (sensitive.test(bareText(named[field] ?? '')) ? [field] : []))
}
