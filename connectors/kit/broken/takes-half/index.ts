import { ownFetch } from '../base/own-fetch.ts'
import { smallKind, withPolled } from '../base/small-kind.ts'

const cutAt = new Map<string, string>()

const request = ownFetch({
  afterCut({ url, headers }) {
    cutAt.set(new URL(url).origin, headers.get('x-newest') ?? '0')
    return new Response('[]')
  }
})

/** An answer that breaks off ends there for it, and it goes on after all that there was. */
export default smallKind('takes-half', request, (sound) =>
  withPolled(sound, (polled, { baseUrl }) => {
    const cursor = cutAt.get(baseUrl) ?? polled.cursor
    cutAt.delete(baseUrl)
    return { ...polled, cursor }
  })
)
