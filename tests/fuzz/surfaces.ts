import { openAvro } from './avro.ts'
import { openEdxml } from './edxml.ts'
import { openJson } from './json.ts'
import type { Surface } from './surface.ts'
import { openTokens } from './tokens.ts'

/** Every way in there is, by the name it is asked for. */
export const surfaces: Readonly<Record<string, () => Promise<Surface>>> = {
  tokens: openTokens,
  json: openJson,
  avro: openAvro,
  edxml: openEdxml
}
