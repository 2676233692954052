import Type from 'typebox'
import { type SmallSettings, smallKind } from '../base/small-kind.ts'

const shown = Type.Object({
  baseUrl: Type.String({ description: 'Address of the outside system.' }),
  token: Type.String({ description: 'Token that it gave to the bus.' })
})

/** Its token would be shown to everybody who may see settings. */
export default smallKind('unmarked-secret', {}, () => ({
  settings: shown as unknown as typeof SmallSettings
}))
