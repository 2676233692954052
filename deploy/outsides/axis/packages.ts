/** What an axis reads of a package to route it: it looks at the header alone. */
export interface Routing {
  readonly from: string
  readonly to: readonly string[]
  readonly title: string
  readonly notation: string
}

/** Undefined for what is no edXML. */
export function routingOf(file: Buffer): Routing | undefined {
  const text = file.toString('utf8', 0, 2_000_000)
  const header = /<(?:\w+:)?MessageHeader>([\s\S]*?)<\/(?:\w+:)?MessageHeader>/.exec(text)?.[1]
  if (header === undefined) return undefined
  const inside = (name: string, text = header): string[] => {
    const element = new RegExp(`<(?:\\w+:)?${name}>([\\s\\S]*?)</(?:\\w+:)?${name}>`, 'g')
    return [...text.matchAll(element)].map(([, content = '']) => content)
  }
  const organs = (name: string): string[] =>
    inside(name).flatMap((content) => inside('OrganId', content).slice(0, 1))
  const isStatus = inside('StatusCode').length > 0
  const [number = '', notation = ''] = [...inside('CodeNumber'), ...inside('CodeNotation')]
  return {
    from: organs('From')[0] ?? '',
    to: isStatus ? organs('ResponseFor') : organs('To'),
    title: inside('Subject')[0] ?? '',
    notation: isStatus ? (inside('Code', inside('ResponseFor')[0] ?? '')[0] ?? '') : `${number}/${notation}`
  }
}
