/** Weighted as in Vietnam, where two in five are called Nguyễn: thousands share the letters of an address. */
const families = weighted({
  ...{ Nguyễn: 38, Trần: 11, Lê: 10, Phạm: 7, Hoàng: 5, Phan: 5, Vũ: 4, Đặng: 2, Bùi: 2, Đỗ: 2 },
  ...{ Hồ: 1, Ngô: 1, Dương: 1, Lý: 1, Đinh: 1, Trịnh: 1 }
})
const middles = weighted({
  ...{ Thị: 30, Văn: 25, Đức: 5, Ngọc: 5, Minh: 5, Hữu: 4, Quang: 4, 'Thị Thu': 4, 'Thị Thanh': 4 },
  ...{ Đình: 3, Xuân: 3, Công: 2, Trọng: 2, Quốc: 2, Bá: 1 }
})
const givens = [
  ...['An', 'Ánh', 'Anh', 'Bình', 'Châu', 'Cường', 'Đào', 'Dung', 'Dũng', 'Đức', 'Giang', 'Hà', 'Hải'],
  ...['Hạnh', 'Hiền', 'Hiếu', 'Hoa', 'Hòa', 'Hoàng', 'Hồng', 'Hùng', 'Hương', 'Huy', 'Huyền', 'Khánh'],
  ...['Lan', 'Linh', 'Loan', 'Long', 'Mai', 'Minh', 'Nam', 'Nga', 'Ngọc', 'Nhung', 'Phong', 'Phương'],
  ...['Quân', 'Quỳnh', 'Sơn', 'Tâm', 'Thảo', 'Thắng', 'Thành', 'Thủy', 'Trang', 'Trung', 'Tú', 'Tuấn'],
  ...['Tùng', 'Tuyết', 'Uyên', 'Vân', 'Việt', 'Vinh', 'Yến']
]
const positions = [
  'Chuyên viên',
  'Văn thư',
  'Phó Trưởng phòng',
  'Trưởng phòng',
  'Công chức Tư pháp - Hộ tịch'
]
const units = 149

/** A list of so many members of staff, as a staff system writes it. The same for the same number. */
export function staffList(people: number): string {
  const choose = createChoice()
  const rows = Array.from({ length: people }, (_, index) => {
    const number = `CB${String(index + 1).padStart(6, '0')}`
    const name = [choose(families), choose(middles), choose(givens)].join(' ')
    return [number, name, unitOf(index), choose(positions)].join(',')
  })
  return `${['Mã cán bộ,Họ và tên,Đơn vị,Chức vụ', ...rows].join('\r\n')}\r\n`
}

function unitOf(index: number): string {
  return `000.${String(1 + (index % units))
    .padStart(3, '0')
    .slice(-2)}.${index % units < 99 ? '91' : '92'}.H03`
}

function weighted(weights: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(weights).flatMap(([name, weight]) => Array.from({ length: weight }, () => name))
}

/** Chooses by chance, and the same again each time (a linear congruential generator). */
function createChoice() {
  let state = 7867
  return (from: readonly string[]): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return from[Math.floor((state / 2 ** 32) * from.length)] ?? ''
  }
}
