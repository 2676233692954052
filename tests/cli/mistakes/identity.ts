import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey } from '#protocol/trust/jwk.ts'
import { actOnSystem, systemOf } from '../../helpers/test-bus.ts'
import type { Mistake } from './mistake.ts'

const pem = (options: object): string =>
  generateKeyPairSync('ed25519').privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    ...options
  } as never) as unknown as string

/** Mistakes with keys, clocks, and the address of the gateway. */
export const identityMistakes: readonly Mistake[] = [
  {
    did: { en: 'The gateway by another name (audience)', vi: 'Gọi cổng bằng tên khác (aud)' },
    command: 'inbox --gateway {localhost}'
  },
  {
    did: { en: 'The same, asked of doctor', vi: 'Như trên, hỏi doctor' },
    command: 'doctor --gateway {localhost} --as 000.00.91.H03.qlvb --key A.jwk'
  },
  {
    did: { en: 'The clock is 10 minutes behind', vi: 'Đồng hồ chậm 10 phút' },
    command: 'inbox',
    clockMs: -600_000
  },
  {
    did: { en: 'The clock is 10 minutes ahead', vi: 'Đồng hồ nhanh 10 phút' },
    command: 'inbox',
    clockMs: 600_000
  },
  {
    did: { en: 'A key file that is not there', vi: 'Không có tệp khóa' },
    command: 'inbox --key qlvb.jwk'
  },
  {
    did: { en: 'A folder in place of the key file', vi: 'Ghi thư mục thay cho tệp khóa' },
    command: 'inbox --key keys',
    arrange: ({ folder }) => mkdirSync(join(folder, 'keys'))
  },
  {
    did: { en: 'A key as PEM', vi: 'Khóa dạng PEM' },
    command: 'inbox --key key.pem',
    arrange: ({ write }) => write('key.pem', pem({}))
  },
  {
    did: { en: 'An encrypted key', vi: 'Khóa đã mã hóa bằng mật khẩu' },
    command: 'inbox --key key.pem',
    arrange: ({ write }) => write('key.pem', pem({ cipher: 'aes-256-cbc', passphrase: 'x' }))
  },
  {
    did: { en: 'The public half of the key', vi: 'Nửa công khai của khóa' },
    command: 'inbox --key A.pub.jwk',
    arrange: ({ write, bus }) => write('A.pub.jwk', bus.keys.A.publicJwk)
  },
  {
    did: { en: 'The key of another system', vi: 'Khóa của hệ thống khác' },
    command: 'inbox --key B.jwk',
    arrange: ({ write, bus }) => write('B.jwk', bus.keys.B.privateJwk)
  },
  {
    did: { en: 'A key that is not registered yet', vi: 'Khóa chưa đăng ký' },
    command: 'doctor --gateway {gateway} --as 000.00.91.H03.qlvb --key new.jwk',
    arrange: async ({ write }) => write('new.jwk', (await generateKey('new', 'EdDSA')).privateJwk)
  },
  {
    did: { en: 'A retired key', vi: 'Khóa đã ngừng dùng' },
    command: 'inbox --key old.jwk',
    async arrange({ write, bus }) {
      const { privateJwk, publicJwk } = await generateKey(`old-${Date.now()}`, 'EdDSA')
      write('old.jwk', privateJwk)
      await actOnSystem(bus.operator, systemOf('A'), { act: 'key.added', key: publicJwk })
      await actOnSystem(bus.operator, systemOf('A'), { act: 'key.retired', kid: publicJwk.kid })
    }
  },
  {
    did: { en: 'A private key to be registered', vi: 'Đăng ký khóa bí mật' },
    command: 'keys add 000.00.91.H03.qlvb A.jwk'
  },
  {
    did: { en: 'A system that there is not', vi: 'Hệ thống không có' },
    command: 'keys list 000.00.91.H03.qlvv'
  },
  {
    did: { en: 'A system without its agency', vi: 'Tên hệ thống thiếu cơ quan' },
    command: 'inbox --as qlvb'
  },
  {
    did: { en: 'Nothing runs at the address', vi: 'Không có gì chạy ở địa chỉ đó' },
    command: 'inbox --gateway http://127.0.0.1:1024'
  },
  {
    did: { en: 'Checking a gateway without a key', vi: 'Kiểm tra cổng mà không có khóa' },
    command: 'doctor --gateway --key none.jwk'
  },
  {
    did: { en: 'A key file that is there already', vi: 'Tạo khóa vào tệp đã có' },
    command: 'keys new --out A.jwk'
  },
  {
    did: { en: 'The management port', vi: 'Nhầm cổng quản lý' },
    command: 'inbox --gateway {management}'
  },
  {
    did: { en: 'https:// where the gateway speaks HTTP', vi: 'https:// trong khi cổng dùng HTTP' },
    command: 'inbox --gateway {https}'
  },
  {
    did: { en: 'A host that there is not', vi: 'Tên máy không có' },
    command: 'doctor --gateway https://bus.invalid --as 000.00.91.H03.qlvb --key A.jwk'
  },
  {
    did: { en: 'A slash at the end of the address', vi: 'Dấu / ở cuối địa chỉ' },
    command: 'inbox --gateway https://bus.example.gov.vn/'
  },
  {
    did: { en: 'An address without https://', vi: 'Địa chỉ thiếu https://' },
    command: 'inbox --gateway bus.example.gov.vn'
  }
]
