import { connect } from 'node:net'
import { smallKind } from '../base/small-kind.ts'

/** Opens a connection for each session, and never ends it. */
export default smallKind('leaves-connections', {}, (sound) => ({
  connect(settings, io) {
    connect(Number(new URL(settings.baseUrl).port), '127.0.0.1').on('error', () => {})
    return sound.connect(settings, io)
  }
}))
