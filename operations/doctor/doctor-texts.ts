import type { Language } from '#protocol/errors/faults.ts'

const vi = {
  brokers: 'broker Kafka',
  topics: 'topic Kafka',
  database: 'cơ sở dữ liệu',
  bucket: 'bucket',
  engines: 'nơi lưu',
  keys: 'khóa',
  log: 'nhật ký',
  attachments: 'tệp đính kèm',
  secrets: 'bí mật',
  disk: 'ổ đĩa',
  permissions: 'quyền đọc',
  folder: 'thư mục dữ liệu',
  address: 'địa chỉ công khai',
  gatewayPort: 'port của cổng',
  managementPort: 'port quản trị',
  usable: 'dùng được',
  meetTheRequirements: 'đúng như trục cần',
  canBeShared: 'dùng chung được cho nhiều tiến trình',
  readable: 'đã cấu hình và đọc được',
  createKey: 'Hãy tạo khóa bằng lienthong keys new --out TỆP --kid TÊN.',
  notSet: 'chưa đặt',
  setAddress:
    'Hãy đặt gateway.publicUrl cùng một địa chỉ ở mọi tiến trình: token phải có đúng địa chỉ này trong aud.',
  answer: '{of} trả lời',
  sameLog: '{id}, đúng như trong cơ sở dữ liệu',
  newLog: '{id}, chưa ghi trong cơ sở dữ liệu',
  writable: 'ghi được vào {of}',
  shareFolder: 'Hãy tạo thư mục dùng chung cho mọi tiến trình, và cho người dùng này quyền ghi.',
  ownerOnly: 'chỉ chủ sở hữu đọc được',
  othersRead: 'người dùng khác đọc được {of}: hãy chạy chmod 600 với tệp này, và thay bí mật',
  nameReadable: '{problem}: hãy đặt tệp mà người dùng này đọc được',
  useNode: 'Hãy dùng Node từ 24.12.',
  setFolder: 'Hãy đặt data.folder hoặc --data là thư mục mà người dùng này ghi được.',
  free: 'còn trống {of} MiB',
  freeSpace: 'Hãy để trống ít nhất 1 GiB cho thư mục dữ liệu.',
  keysOwnerOnly: 'chỉ chủ sở hữu đọc được các tệp khóa',
  keysOthersRead: 'người dùng khác đọc được {of}',
  replaceKeys: 'Hãy chạy chmod 600 với các tệp này trong {folder}, và thay các khóa đó vì có thể đã lộ.',
  stopOther: 'Hãy dừng tiến trình đang dùng port này, hoặc đặt port khác.',
  anyPort: 'port trống bất kỳ',
  portFree: '{of} còn trống'
}

type Text = keyof typeof vi

const en: Readonly<Record<Text, string>> = {
  brokers: 'brokers',
  topics: 'topics',
  database: 'database',
  bucket: 'bucket',
  engines: 'engines',
  keys: 'keys',
  log: 'log',
  attachments: 'attachments',
  secrets: 'secrets',
  disk: 'disk',
  permissions: 'permissions',
  folder: 'data folder',
  address: 'public address',
  gatewayPort: 'gateway port',
  managementPort: 'management port',
  usable: 'usable',
  meetTheRequirements: 'meet the requirements of the bus',
  canBeShared: 'can be shared by any number of processes',
  readable: 'configured and readable',
  createKey: 'Create a key with lienthong keys new --out FILE --kid NAME.',
  notSet: 'not set',
  setAddress: 'Set gateway.publicUrl to the same URL in all processes: tokens must name it in aud.',
  answer: '{of} answer',
  sameLog: '{id}, the same as in the database',
  newLog: '{id}, not yet recorded in the database',
  writable: '{of} is writable',
  shareFolder: 'Create the folder, shared by all processes, and give this user the right to write to it.',
  ownerOnly: 'readable only by their owner',
  othersRead: 'other users may read {of}: run chmod 600 on it, and replace the secret',
  nameReadable: '{problem}: name a file that this user may read',
  useNode: 'Use Node 24.12 or later.',
  setFolder: 'Set data.folder or --data to a folder that this user may write.',
  free: '{of} MiB free',
  freeSpace: 'Free at least 1 GiB for the data folder.',
  keysOwnerOnly: 'key files are readable only by their owner',
  keysOthersRead: 'other users may read {of}',
  replaceKeys: 'Run chmod 600 on these files in {folder}, and replace the keys: they may be known to others.',
  stopOther: 'Stop the process that uses this port, or configure another port.',
  anyPort: 'any free port',
  portFree: '{of} is free'
}

/** A text of `doctor`, with values for its `{names}`. */
export type DoctorTexts = (text: Text, values?: Readonly<Record<string, string | number>>) => string

export function doctorTexts(language: Language): DoctorTexts {
  const known = { vi, en }[language]
  return (text, values = {}) =>
    known[text].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
