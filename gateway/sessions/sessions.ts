import { createHash, randomBytes } from 'node:crypto'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Login, Person } from '#protocol/trust/person.ts'
import { clockLeewaySeconds } from '#protocol/trust/token.ts'
import type { ConsoleConfig } from './console-config.ts'
import { sealed, unsealed } from './sealed.ts'
import type { SessionTables } from './session-tables.ts'

/** What an OpenID provider says of a person that rights depend on. */
export interface RoleClaims {
  readonly roles: readonly string[]
  readonly agency?: string
}

export interface NewSession {
  readonly person: Person
  readonly login: Login
  readonly claims?: RoleClaims
  readonly idToken?: string
  /** With which the provider can be asked for the claims again. */
  readonly refreshToken?: string
}

/** What changes when the provider is asked again. */
export type Renewed = Pick<NewSession, 'claims' | 'refreshToken'>

/** A person who is logged in. */
export interface Session extends NewSession {
  readonly id: string
  readonly secret: string
  /** When the provider was last asked for the claims. */
  readonly checkedAt: number
  /** To be sent with every change. Another page cannot read it, and cannot make it without the cookie. */
  readonly csrf: string
  /** When it ends unless it is used, and in any case: milliseconds since the epoch. */
  readonly idleUntil: number
  readonly until: number
}

/** Sessions of the console, shared by all processes on the store. */
export interface Sessions {
  /** Begins a session and returns the secret for its cookie. `usesReserve`: on a full disk, too. */
  begin(session: NewSession, options?: { readonly usesReserve: boolean }): Promise<string>
  /** The session of a secret that has not ended; it counts as used now, unless `isUse` is false. */
  find(secret: string, use?: { readonly isUse: boolean }): Promise<Session | undefined>
  end(id: string): Promise<void>
  /** Notes that the provider is asked now; false if another request was first. */
  beginCheck(session: Pick<Session, 'id' | 'checkedAt'>): Promise<boolean>
  renew(session: Pick<Session, 'id' | 'secret'>, renewed: Renewed): Promise<void>
}

export interface SessionsOptions {
  readonly store: Store
  readonly epoch: number
  readonly config: Pick<ConsoleConfig, 'idleMinutes' | 'maxHours'>
  readonly logger: Logger
  readonly now: () => number
}

type Row = SessionTables['sessions']

/** The oldest sessions of a person end when there are more of who vouches for the person: others may name anybody. */
const maxPerPerson = 20
/** 32 random bytes, base64url. */
const secretGrammar = /^[A-Za-z0-9_-]{43}$/
/** A session that is used is written down at most once in this time. */
const seenEveryMs = 30_000
const lane = 'sessions'

export function createSessions({ store, epoch, config, logger, now }: SessionsOptions): Sessions {
  const idleMs = config.idleMinutes * 60_000
  const maxMs = config.maxHours * 3_600_000

  const inStore = <T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    { usesReserve = true } = {} // A change or an end takes no more space.
  ): Promise<T> => store.transaction(work, { lane, usesReserve })

  /** A clock that was set back would make sessions last longer: those seen after now have ended. */
  const isOpen = ({ epoch: began, startedAt, seenAt }: Row, at: number): boolean =>
    began === epoch &&
    at < startedAt + maxMs &&
    at < seenAt + idleMs &&
    seenAt <= at + clockLeewaySeconds * 1000

  const end = (id: string): Promise<void> =>
    inStore(async (transaction) => {
      await transaction.tables<SessionTables>().deleteFrom('sessions').where('id', '=', id).execute()
    })

  /** Changes a session that is as it was; returns whether it was. */
  const update = (was: Pick<Row, 'id'> & Partial<Row>, values: Partial<Row>): Promise<boolean> =>
    inStore(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .tables<SessionTables>()
        .updateTable('sessions')
        .set(values)
        .where((e) => e.and(was))
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    })

  const read = (id: string): Promise<Row | undefined> =>
    store.reader<SessionTables>().selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()

  return {
    end,

    beginCheck: ({ id, checkedAt }) => update({ id, checkedAt }, { checkedAt: now() }),

    async renew({ id, secret }, { claims, refreshToken }) {
      await update(
        { id },
        {
          ...(claims ? { claims: JSON.stringify(claims) } : {}),
          ...(refreshToken === undefined ? {} : { refreshToken: sealed(refreshToken, secret) })
        }
      )
    },

    async begin({ person, login, claims, idToken, refreshToken }, options = { usesReserve: false }) {
      const secret = randomBytes(32).toString('base64url')
      const at = now()
      await inStore(async (transaction) => {
        const db = transaction.tables<SessionTables>()
        await db
          .deleteFrom('sessions')
          .where('seenAt', '<', at - idleMs)
          .execute()
        await db.deleteFrom('sessions').where('epoch', '<>', epoch).execute()
        const own = await db
          .selectFrom('sessions')
          .select(['id', 'login'])
          .where('person', '=', person.id)
          .orderBy('startedAt', 'desc')
          .execute()
        const alike = own.filter((row) => voucherOf(JSON.parse(row.login) as Login) === voucherOf(login))
        for (const { id } of alike.slice(maxPerPerson - 1))
          await db.deleteFrom('sessions').where('id', '=', id).execute()
        await db
          .insertInto('sessions')
          .values({
            ...{ id: idOf(secret), epoch, person: person.id, personName: person.name },
            login: JSON.stringify(login),
            claims: claims ? JSON.stringify(claims) : null,
            refreshToken: refreshToken === undefined ? null : sealed(refreshToken, secret),
            idToken: idToken === undefined ? null : sealed(idToken, secret),
            ...{ checkedAt: at, startedAt: at, seenAt: at }
          })
          .execute()
      }, options)
      logger.info({ person: person.id, login }, 'a person logged in to the console')
      return secret
    },

    async find(secret, { isUse } = { isUse: true }) {
      if (!secretGrammar.test(secret)) return undefined
      const row = await read(idOf(secret))
      if (!row) return undefined
      const at = now()
      if (!isOpen(row, at)) {
        await end(row.id)
        return undefined
      }
      const isNoted = isUse && at - row.seenAt >= Math.min(seenEveryMs, idleMs / 10)
      if (isNoted) await update({ id: row.id, seenAt: row.seenAt }, { seenAt: at })
      const { id, person, personName, login, claims, idToken, refreshToken, checkedAt, startedAt } = row
      return {
        ...{ id, secret, checkedAt },
        csrf: digestOf('csrf', secret).toString('base64url'),
        person: { id: person, name: personName },
        login: JSON.parse(login) as Login,
        ...(claims === null ? {} : { claims: JSON.parse(claims) as RoleClaims }),
        ...(idToken === null ? {} : { idToken: unsealed(idToken, secret) }),
        ...(refreshToken === null ? {} : { refreshToken: unsealed(refreshToken, secret) }),
        idleUntil: Math.min((isNoted ? at : row.seenAt) + idleMs, startedAt + maxMs),
        until: startedAt + maxMs
      }
    }
  }
}

/** Who says who the person is. */
function voucherOf(login: Login): string {
  return login.by === 'link' ? login.system : login.issuer
}

function idOf(secret: string): string {
  return digestOf('session', secret).toString('hex')
}

function digestOf(use: string, secret: string): Buffer {
  return createHash('sha256').update(`${use} ${secret}`).digest()
}
