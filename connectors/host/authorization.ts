import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { authorize } from '#bus/policy/identity.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { SigningKey } from '#protocol/trust/jwk.ts'

/** The key an instance signs with. */
export interface InstanceKey {
  readonly signingKey: SigningKey
  /** The private part, to derive other secrets from. */
  readonly secret: Uint8Array
  /** RFC 7638. Identifies the key; its `kid` does not. */
  readonly thumbprint: string
}

/** Why an instance neither publishes nor delivers. */
export interface Paused {
  /** The same as long as it is paused for the same reason. */
  readonly cause: string
  readonly reason: string
  /** RFC 3339. */
  readonly since: string
  /** Who paused it; undefined if the bus did. */
  readonly by?: string | undefined
}

/** Whether an instance may act, and the key it signs with. */
export interface Authorization {
  readonly key: () => InstanceKey
  /** Whether the instance may publish and deliver now. Writes a log line when that changes. */
  readonly isGranted: () => boolean
  /** Whether it may act now, after reading the key files again where they are in the way. */
  readonly check: () => Promise<boolean>
  /** Reads the key files again now: the settings were reloaded. */
  readonly readKeysAgain: () => Promise<void>
  /** Resolves when it may, or when the signal aborts. Reads the key files again before it pauses, and meanwhile. */
  readonly granted: (signal: AbortSignal) => Promise<void>
  readonly paused: () => Paused | undefined
}

export interface AuthorizationOptions {
  readonly system: string
  /** Reads the key files that there are; those that cannot be read are left out. */
  readonly readKeys: () => Promise<readonly InstanceKey[]>
  readonly control: Pick<Control, 'state' | 'keyOf'>
  /** Throws while the process cannot know whether rights have been withdrawn. */
  readonly freshness: Pick<Freshness, 'check'>
  /** Why else the instance is paused: somebody paused it, or the outside does not accept its credentials. */
  readonly held?: () => Paused | undefined
  readonly logger: Logger
  readonly now: () => number
}

/** How often a paused instance checks whether it may resume. */
const lookEveryMs = 500
/** How often it reads its key files meanwhile, whoever asks: all instances may be paused, for long. */
const readEveryMs = 5000

/** Checks system and keys at each question. The newest key that is registered and valid signs. */
export function watchAuthorization(options: AuthorizationOptions): Authorization {
  const { system, readKeys, control, freshness, held, logger, now } = options
  /** Undefined until the files were read for the first time. */
  let keys: readonly InstanceKey[] | undefined
  let readAt = 0
  let chosen: InstanceKey | undefined
  let paused: Paused | undefined

  const barredBy = (key: InstanceKey): BusError | undefined => {
    try {
      authorize(control, { system, kid: key.signingKey.kid, thumbprint: key.thumbprint }, now())
      return undefined
    } catch (error) {
      if (error instanceof BusError) return error
      throw error
    }
  }

  const look = (): Paused | undefined => {
    const other = held?.()
    if (other) return other
    try {
      freshness.check()
      const known = keys ?? []
      if (known.length === 0)
        throw new BusError('BUS_NOT_PERMITTED', 'key-files-unreadable', { values: { system } })
      chosen = newestOf(
        known.filter((key) => !barredBy(key)),
        control.state,
        system
      )
      const barred = chosen ? undefined : known.map(barredBy).find((one) => one !== undefined)
      if (barred) throw barred
      return undefined
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      return { cause: error.fault, reason: error.message, since: new Date(now()).toISOString() }
    }
  }

  const isFree = (found: Paused | undefined): boolean => {
    if (found && found.cause !== paused?.cause) {
      paused = found
      logger.warn(
        { reason: found.reason, by: found.by },
        'connector paused: nothing is published or delivered; see reason; it resumes by itself once that is corrected'
      )
    }
    if (!found && paused) {
      paused = undefined
      logger.info('connector resumed')
    }
    return !found
  }
  const isGranted = (): boolean => keys !== undefined && isFree(look())

  const readKeysAgain = async (): Promise<void> => {
    readAt = now()
    const read = await readKeys()
    if (!keys || read.length > 0) keys = read // Unreadable while they are being written: the known ones go on.
  }

  const check = async (): Promise<boolean> => {
    const isDue = paused === undefined || Math.abs(now() - readAt) >= readEveryMs // The clock may be set back.
    const found = keys && look()
    if (keys && (!found || !isDue || held?.())) return isFree(found)
    await readKeysAgain()
    return isGranted()
  }

  return {
    check,
    readKeysAgain,
    key() {
      if (!chosen) throw new TypeError('no key: the instance is not authorized')
      return chosen
    },
    isGranted,
    async granted(signal) {
      while (!signal.aborted) {
        if (await check()) return
        await pause(lookEveryMs, { signal })
      }
    },
    paused() {
      isGranted()
      return paused
    }
  }
}

/** The key that was registered last, of those that may sign. */
function newestOf(
  keys: readonly InstanceKey[],
  state: Control['state'],
  system: string
): InstanceKey | undefined {
  const registered = state.systems.get(system)?.keys ?? []
  const orderOf = ({ thumbprint }: InstanceKey): number =>
    registered.find((one) => one.thumbprint === thumbprint)?.span.from ?? 0
  return keys.toSorted((a, b) => orderOf(b) - orderOf(a))[0]
}
