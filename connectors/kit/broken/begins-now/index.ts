import { type SmallSession, smallKind, withPolled } from '../base/small-kind.ts'

const polledBy = new Map<string, SmallSession>()

/** After each restart it begins with what is new then. */
export default smallKind('begins-now', {}, (sound) =>
  withPolled(sound, (polled, session) => {
    const before = polledBy.get(session.baseUrl) ?? session
    polledBy.set(session.baseUrl, session)
    return before === session ? polled : { ...polled, items: [] }
  })
)
