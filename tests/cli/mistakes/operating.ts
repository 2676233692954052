import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey } from '#protocol/trust/jwk.ts'
import { codes } from '../../helpers/test-bus.ts'
import type { Mistake, Place } from './mistake.ts'

const operator = '--key operator.jwk'
const province = (text: string) => ({
  command: `apply province.yaml --as operator ${operator}`,
  arrange: ({ write }: Place) => write('province.yaml', text)
})
const agency = (rest: string): string => `agencies:\n  - code: ${codes.A}\n    name: Cơ quan A\n${rest}`
const system = (rest: string): string => agency(`    systems:\n      - name: qlvb\n${rest}`)

/** Mistakes of those who operate the bus, and in commands as they are typed. */
export const operatingMistakes: readonly Mistake[] = [
  { did: { en: 'A command is misspelled', vi: 'Viết sai lệnh' }, command: 'sytems' },
  { did: { en: 'A flag is misspelled', vi: 'Viết sai cờ' }, command: 'inbox --jsn' },
  { did: { en: 'An argument is missing', vi: 'Thiếu đối số' }, command: 'keys list' },
  { did: { en: 'Too many arguments', vi: 'Thừa đối số' }, command: 'send a.json b.json' },
  { did: { en: 'The value of a flag is missing', vi: 'Cờ thiếu giá trị' }, command: 'inbox --after' },
  { did: { en: 'A language that there is not', vi: 'Ngôn ngữ không có' }, command: 'inbox --lang fr' },
  { did: { en: 'A required flag is missing', vi: 'Thiếu cờ bắt buộc' }, command: 'backup copy' },
  {
    did: { en: 'Without a right of operators', vi: 'Không có quyền của người vận hành' },
    command: 'systems suspend 000.00.92.H03.qlvb --reason x'
  },
  {
    did: { en: 'What cannot be undone, without a yes', vi: 'Thao tác không hoàn tác được mà chưa xác nhận' },
    command: `agencies close ${codes.B} --as operator ${operator}`
  },
  {
    did: { en: 'A province file that is not there', vi: 'Không có tệp khai báo' },
    command: `apply province.yaml --as operator ${operator}`
  },
  {
    did: { en: 'A province file with tabs', vi: 'Tệp khai báo thụt lề bằng Tab' },
    ...province('agencies:\n\t- code: H03\n')
  },
  {
    did: { en: 'A text in it begins with *', vi: 'Chữ trong đó bắt đầu bằng *' },
    ...province(agency('    parent: *S3cretPass\n'))
  },
  {
    did: { en: 'A setting in it is misspelled', vi: 'Viết sai tên thiết lập trong đó' },
    ...province(agency('    sistems: []\n'))
  },
  {
    did: { en: 'A parent that there is not', vi: 'Cơ quan cấp trên không có' },
    ...province(agency('    parent: H99\n'))
  },
  {
    did: { en: 'The right to an event type that there is not', vi: 'Quyền gửi loại sự kiện không có' },
    ...province(system('        publish: [{ type: document.isued.v1, recipients: "*" }]\n'))
  },
  {
    did: { en: 'Another key under the same kid', vi: 'Khóa khác với kid cũ' },
    command: `apply province.yaml --as operator ${operator}`,
    async arrange({ write }) {
      const { publicJwk } = await generateKey('key-A', 'EdDSA')
      write('province.yaml', system(`        keys: [${JSON.stringify(publicJwk)}]\n`))
    }
  },
  {
    did: { en: 'A private key in the province file', vi: 'Khóa bí mật trong tệp khai báo' },
    command: `apply province.yaml --as operator ${operator}`,
    arrange: ({ write, bus }) =>
      write('province.yaml', system(`        keys: [${JSON.stringify(bus.keys.A.privateJwk)}]\n`))
  },
  {
    did: { en: 'A backup where there is one already', vi: 'Sao lưu vào nơi đã có bản sao lưu' },
    command: 'backup copy --data {data}',
    arrange: ({ folder }) => mkdirSync(join(folder, 'copy'))
  },
  {
    did: { en: 'A backup of what is no data folder', vi: 'Sao lưu thư mục không phải dữ liệu' },
    command: 'backup copy --data nothing'
  },
  {
    did: { en: 'A backup of a damaged data folder', vi: 'Sao lưu thư mục dữ liệu bị hỏng' },
    command: 'backup copy --data data',
    arrange: ({ write }) => write('data/store.sqlite', 'no database'.repeat(100))
  },
  {
    did: { en: 'Restoring from a damaged backup', vi: 'Khôi phục từ bản sao lưu bị hỏng' },
    command: 'restore copy --data data',
    arrange: ({ write }) => write('copy/backup.json', '{')
  },
  {
    did: { en: 'Restoring what is no backup', vi: 'Khôi phục từ nơi không phải bản sao lưu' },
    command: 'restore nothing --data data'
  },
  {
    did: { en: 'Restoring over a damaged data folder', vi: 'Khôi phục đè lên thư mục dữ liệu bị hỏng' },
    command: 'restore {copy} --data data --no-attachments',
    arrange: ({ write }) => write('data/store.sqlite', 'no database'.repeat(100))
  },
  {
    did: { en: 'Restoring while the bus runs', vi: 'Khôi phục khi bus đang chạy' },
    command: 'restore {copy} --data {data}'
  },
  {
    did: { en: 'Migrating without a target', vi: 'Chuyển đổi mà không có đích' },
    command: 'migrate --data {data} --config lienthong.yaml',
    arrange: ({ write }) => write('lienthong.yaml', 'log: { level: info }\n')
  },
  {
    did: { en: 'Status from a port where nothing runs', vi: 'Xem trạng thái ở port không có gì chạy' },
    command: `status --as operator ${operator} --management-url http://127.0.0.1:1024`
  }
]
