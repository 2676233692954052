import { userInfo } from 'node:os'
import { operatorSystem } from '#bus/control/control-state.ts'
import { signLink } from '#protocol/trust/login-link.ts'
import { personOf } from '#protocol/trust/person.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'

export interface LinkSigner {
  /** The bus's data folder. */
  readonly folder: string
  /** Default: the operator's key in the data folder. */
  readonly keyFile?: string | undefined
  /** The system whose key it is. Default: the operator. */
  readonly system?: string
}

/** A link that logs a person in to the console of a gateway; by default the user of this process. */
export async function loginLink(
  gateway: string,
  { folder, keyFile = keyFiles(folder).operator, system = operatorSystem }: LinkSigner,
  { id = userInfo().username, name }: { readonly id?: string; readonly name?: string } = {}
): Promise<string> {
  const { signingKey } = await readKey(keyFile)
  const person = personOf(id, name) ?? personOf(userInfo().username, name)
  if (!person) throw new TypeError('the user of a process has a name')
  return signLink({ system, audience: gateway, person, now: Date.now() }, signingKey)
}
