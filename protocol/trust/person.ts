import { visible } from '../errors/visible-text.ts'

/** A person who uses the console, as whoever vouches for them names them. */
export interface Person {
  readonly id: string
  readonly name: string
}

/** How a person logged in: by a link that a system signed, or at an OpenID provider. */
export type Login =
  | { readonly by: 'link'; readonly system: string; readonly kid: string }
  | { readonly by: 'oidc'; readonly issuer: string; readonly subject: string; readonly acr?: string }

const longestId = 128
const longestName = 200

/**
 * A person by what others wrote of them: texts are cut, and characters that would change how other text is
 * shown are escaped. Undefined without an id; without a name the id stands for it.
 */
export function personOf(id: unknown, name: unknown): Person | undefined {
  if (typeof id !== 'string' || id.trim() === '') return undefined
  const shownId = cut(visible(id.trim()), longestId)
  const shownName = typeof name === 'string' ? cut(visible(name.trim()), longestName) : ''
  return { id: shownId, name: shownName === '' ? shownId : shownName }
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('')
}
