import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '../../helpers/certificate.ts'
import type { Mistake } from './mistake.ts'

const up = 'up --config lienthong.yaml --data data --port 0 --management-port 0'
const configured = (text: string, command = up) => ({
  command,
  arrange: ({ write }: Parameters<NonNullable<Mistake['arrange']>>[0]) => write('lienthong.yaml', text)
})

/** Mistakes in lienthong.yaml, and with what the bus needs on its machine. */
export const configurationMistakes: readonly Mistake[] = [
  {
    did: { en: 'The configuration file is not there', vi: 'Không có tệp cấu hình' },
    command: up
  },
  {
    did: { en: 'A bracket is not closed', vi: 'Quên đóng ngoặc' },
    ...configured('gateway: { port: 8080\nlog:\n  level: info\n')
  },
  {
    did: { en: 'Lines are indented with tabs', vi: 'Thụt lề bằng phím Tab' },
    ...configured('gateway:\n\tport: 8080\n')
  },
  {
    did: { en: 'A setting is given twice', vi: 'Một thiết lập ghi hai lần' },
    ...configured('gateway:\n  port: 8080\n  port: 8081\n')
  },
  {
    did: { en: 'A password that begins with *', vi: 'Mật khẩu bắt đầu bằng *' },
    ...configured('store:\n  postgres:\n    url: *S3cretPass\n')
  },
  {
    did: { en: 'A password that begins with !', vi: 'Mật khẩu bắt đầu bằng !' },
    ...configured('store:\n  postgres:\n    url: !S3cretPass x\n')
  },
  {
    did: { en: 'The name of a setting is misspelled', vi: 'Viết sai tên thiết lập' },
    ...configured('gateway:\n  pubicUrl: https://bus.example.gov.vn\n')
  },
  {
    did: { en: 'A number is written as text', vi: 'Ghi số thành chữ' },
    ...configured('gateway:\n  port: "8080"\n')
  },
  {
    did: { en: 'A number is out of its range', vi: 'Số ngoài khoảng cho phép' },
    ...configured('gateway:\n  port: 80800\n')
  },
  {
    did: { en: 'A level that there is not', vi: 'Mức nhật ký không có' },
    ...configured('log:\n  level: verbose\n')
  },
  {
    did: { en: 'The public URL ends with a slash', vi: 'Địa chỉ công khai có dấu / ở cuối' },
    ...configured('gateway:\n  publicUrl: https://bus.example.gov.vn/\n')
  },
  {
    did: { en: 'An environment variable is not set', vi: 'Biến môi trường chưa đặt' },
    ...configured('store:\n  postgres:\n    url: $' + '{DATABASE_URL}\n')
  },
  {
    did: { en: 'The certificate is not there', vi: 'Không có tệp chứng thư' },
    ...configured('gateway:\n  tls: { certFile: tls.crt, keyFile: tls.key }\n'),
    isAlone: true
  },
  {
    did: { en: 'The key does not belong to the certificate', vi: 'Khóa không khớp chứng thư' },
    command: up,
    arrange({ folder, write }) {
      mkdirSync(join(folder, 'other'))
      makeCertificate(folder, 'bus')
      makeCertificate(join(folder, 'other'), 'other')
      write('lienthong.yaml', 'gateway:\n  tls: { certFile: tls.crt, keyFile: other/tls.key }\n')
    },
    isAlone: true
  },
  {
    did: { en: 'Kafka without PostgreSQL', vi: 'Kafka mà không có PostgreSQL' },
    ...configured('eventLog:\n  kafka: { brokers: ["127.0.0.1:1"] }\n')
  },
  {
    did: { en: 'Kafka does not answer', vi: 'Kafka không trả lời' },
    ...configured(
      'eventLog:\n  kafka: { brokers: ["127.0.0.1:1"] }\n',
      'topics apply --config lienthong.yaml'
    ),
    isAlone: true
  },
  {
    did: { en: 'One role, with everything on one machine', vi: 'Chạy một vai trò khi mọi thứ ở một máy' },
    command: 'gateway --port 0 --management-port 0'
  },
  {
    did: { en: 'Topics without Kafka in the configuration', vi: 'Tạo topic khi cấu hình không có Kafka' },
    ...configured('log: { level: info }\n', 'topics apply --config lienthong.yaml')
  },
  {
    did: { en: 'A port that is not a number', vi: 'Cổng mạng không phải số' },
    command: 'up --data data --port http'
  },
  {
    did: { en: 'A host that there is not', vi: 'Tên máy không có' },
    ...configured('gateway:\n  host: bus.invalid\n'),
    isAlone: true
  },
  {
    did: { en: 'The certificate is a folder', vi: 'Tệp chứng thư là một thư mục' },
    command: up,
    arrange({ folder, write }) {
      mkdirSync(join(folder, 'tls'))
      write('lienthong.yaml', 'gateway:\n  tls: { certFile: tls, keyFile: tls }\n')
    },
    isAlone: true
  },
  {
    did: { en: 'A damaged data folder', vi: 'Thư mục dữ liệu bị hỏng' },
    command: 'up --data data --port 0 --management-port 0',
    arrange: ({ write }) => write('data/store.sqlite', 'no database'.repeat(100)),
    isAlone: true
  },
  {
    did: { en: 'A port that is used already', vi: 'Cổng mạng đang được dùng' },
    command: 'up --data data --port {port} --management-port 0',
    isAlone: true
  },
  {
    did: { en: 'The data folder is a file', vi: 'Thư mục dữ liệu là một tệp' },
    command: 'up --data data --port 0 --management-port 0',
    arrange: ({ write }) => write('data', '')
  },
  {
    did: { en: 'The data folder is below a file', vi: 'Thư mục dữ liệu nằm dưới một tệp' },
    command: 'up --data /dev/null/lienthong --port 0 --management-port 0'
  },
  {
    did: { en: 'A second bus on a data folder', vi: 'Chạy bus thứ hai trên một thư mục dữ liệu' },
    command: 'up --data {data} --port 0 --management-port 0',
    isAlone: true
  }
]
