/** The agencies of the full demo, beside those of `province.yaml`. Codes and names are synthetic. */

export interface Actor {
  readonly code: string
  readonly name: string
}

const province = '000.00.00.H03'
const actor = (code: string, name: string): Actor => ({ code, name })

export const commune = actor('000.00.83.H03', 'UBND xã mẫu 3')
export const department = actor('000.00.94.H03', 'Sở mẫu C')
export const consulted = actor('000.00.95.H03', 'Sở mẫu D')
export const services = actor('000.00.96.H03', 'Cổng dịch vụ công tỉnh mẫu')
export const webPortal = actor('000.00.97.H03', 'Cổng thông tin điện tử tỉnh mẫu')
export const register = actor('000.00.98.H03', 'Trung tâm giám sát, điều hành mẫu')
/** Runs mail, text messages and the directory of the whole province. */
export const centre = actor('000.00.99.H03', 'Trung tâm chuyển đổi số mẫu')
export const personnel = actor('000.00.90.H03', 'Sở Nội vụ mẫu')
export const ministry = actor('000.00.00.G99', 'Bộ mẫu')

/** Who hands in the dossier of the case. */
export const citizen = { name: 'Người Nộp Mẫu', address: 'nguoinop@example.vn', phone: '0900000000' }

/** An entry of a province file. */
export interface AgencyEntry extends Actor {
  readonly parent?: string
  readonly systems: readonly SystemEntry[]
}

interface SystemEntry {
  readonly name: string
  readonly title: string
  readonly hosted?: true
  readonly publish: { readonly type: string; readonly recipients: '*' | 'agreements' }[]
}

export interface Agreement {
  readonly id: string
  readonly provider: string
  readonly consumer: string
  readonly types: string[]
  readonly purpose: string
  readonly legalBasis: string
}

/** What a kind adds to the province file. */
export interface ProvincePart {
  readonly agencies: readonly AgencyEntry[]
  readonly agreements?: readonly Agreement[]
}

/** A system with the types that it may publish: documents to anybody, others by agreement. */
export function system(name: string, title: string, ...types: readonly string[]): SystemEntry {
  const recipientsOf = (type: string) => (type.startsWith('document.') ? '*' : 'agreements')
  return { name, title, publish: types.map((type) => ({ type, recipients: recipientsOf(type) })) }
}

/** An agency of the province; the ministry is none. */
export function agency({ code, name }: Actor, ...systems: readonly SystemEntry[]): AgencyEntry {
  const parent = code.endsWith(province.slice(-4)) ? { parent: province } : {}
  return { code, name, ...parent, systems }
}

/** What agreements are about, by the domain of their types. */
const subjects = {
  dossier: ['ho-so', 'Giải quyết thủ tục hành chính liên thông và công khai kết quả', 'một cửa liên thông'],
  notification: ['thong-bao', 'Thông báo cho người dân về hồ sơ của họ', 'một cửa liên thông'],
  account: ['can-bo', 'Cấp và thu hồi tài khoản của cán bộ', 'quản lý tài khoản công vụ']
} as const

type AgreedType = `${keyof typeof subjects}.${string}`

/** Events, all of one domain, that an agency may see of another. */
export function agreement(provider: Actor, consumer: Actor, ...types: readonly AgreedType[]): Agreement {
  const domain = (types[0] ?? 'dossier').split('.')[0] as keyof typeof subjects
  const [name, purpose, rule] = subjects[domain]
  return {
    id: `${name}-${provider.code}-${consumer.code}`.toLowerCase().replaceAll('.', '-'),
    ...{ provider: provider.code, consumer: consumer.code, types: [...types] },
    ...{ purpose, legalBasis: `Quyết định mẫu về ${rule}` }
  }
}
