/** A place in a folder: the last number that was looked at. */
export interface Position {
  readonly validity: string
  readonly uid: number
}

export function readPosition(cursor: string | undefined): Position | undefined {
  const [, validity = '', uid = ''] = /^(\d+):(\d+)$/.exec(cursor ?? '') ?? []
  return validity === '' ? undefined : { validity, uid: Number(uid) }
}

export function writePosition({ validity, uid }: Position): string {
  return `${validity}:${uid}`
}
