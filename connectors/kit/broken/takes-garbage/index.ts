import { ask, limit, readRecords, type SmallParts, smallKind } from '../base/small-kind.ts'

/** What it cannot read is an empty list. */
export default smallKind('takes-garbage', {
  async list(session, after, io) {
    const text = await (
      await ask(this as SmallParts, session, { io, path: `/records?after=${after}&limit=${limit}` })
    ).text()
    return text.startsWith('[') ? readRecords(text) : []
  }
})
