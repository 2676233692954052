/** Languages a reader may ask for. */
export type Language = 'vi' | 'en'

/** What fills the places of a text, each cut to 100 characters where it is shown. */
export type Values = Readonly<Record<string, string | number>>

/**
 * What went wrong and what would mend it, for each place that throws. `{name}`
 * is filled from the error's values. Texts speak to an agency's operator.
 */
export const faults = {
  'body-too-large': {
    en: 'The body is larger than {limit} bytes. Send fewer events at once, or put large content into attachments.',
    vi: 'Nội dung lớn hơn {limit} byte. Hãy gửi ít sự kiện hơn mỗi lần, hoặc chuyển nội dung lớn vào tệp đính kèm.'
  },
  'media-type-unsupported': {
    en: 'The media type {got} is not accepted here. Send {expected}.',
    vi: 'Không nhận kiểu nội dung {got} ở đây. Hãy gửi {expected}.'
  },
  'encoding-unsupported': {
    en: 'No Content-Encoding is accepted. Send the body as it is.',
    vi: 'Không nhận Content-Encoding. Hãy gửi nội dung không nén.'
  },
  'token-refused': {
    en: 'The token is missing, malformed, expired, or not signed by a key that is valid here. Check the clock, the audience and the key.',
    vi: 'Mã xác thực thiếu, sai dạng, hết hạn, hoặc không được ký bằng khóa đang có hiệu lực. Hãy kiểm tra đồng hồ, địa chỉ đích (aud) và khóa.'
  },
  internal: {
    en: 'The bus met a fault of its own. Its operators find it under the trace id.',
    vi: 'Trục gặp lỗi của chính nó. Người vận hành tra được theo mã vết.'
  },
  'not-found': {
    en: 'There is nothing here under that name, or it is not yours to see.',
    vi: 'Không có gì ở địa chỉ này, hoặc không thuộc quyền xem của bên gọi.'
  }
} as const satisfies Record<string, Readonly<Record<Language, string>>>

export type Fault = keyof typeof faults

/** The text of a fault in a language, its places filled. */
export function textOf(fault: Fault, values: Values, language: Language): string {
  return faults[fault][language].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    return value === undefined ? place : String(value).slice(0, 100)
  })
}
