import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateKey, importSigningKey, type PublicJwk } from '#protocol/trust/jwk.ts'
import { signToken, type TokenClaims, verifyToken } from '#protocol/trust/token.ts'

const system = '/agencies/000.00.91.H03/systems/qlvb'
const audience = 'https://bus.example.vn'
const iat = 1_795_000_000
const claims: TokenClaims = {
  iss: system,
  sub: '000.00.91.H03',
  aud: audience,
  iat,
  exp: iat + 120,
  jti: 'a'
}

for (const alg of ['EdDSA', 'ES256', 'PS256', 'RS256'] as const) {
  describe(`a token signed by ${alg}`, async () => {
    const { privateJwk, publicJwk } = await generateKey('k', alg)
    const key = await importSigningKey(privateJwk)
    const outcome = async (
      changes: Partial<TokenClaims>,
      now: number,
      findKey: () => PublicJwk | undefined = () => publicJwk
    ) => {
      const token = await signToken({ ...claims, ...changes }, key)
      return verifyToken(token, { findKey, audience, now }).then(
        ({ kind }) => kind,
        ({ code }: { code: string }) => code
      )
    }

    it('holds from 30 s before its iat until its exp, to the second', async () => {
      assert.equal(await outcome({}, iat - 30), 'plain')
      assert.equal(await outcome({}, iat - 31), 'BUS_TOKEN_INVALID')
      assert.equal(await outcome({}, iat + 119), 'plain')
      assert.equal(await outcome({}, iat + 120), 'BUS_TOKEN_INVALID')
    })

    it('may live 300 s, not 301', async () => {
      assert.equal(await outcome({ exp: iat + 300 }, iat), 'plain')
      assert.equal(await outcome({ exp: iat + 301 }, iat), 'BUS_TOKEN_INVALID')
    })

    it('is of the kind its claims make it', async () => {
      const digest = Buffer.alloc(32).toString('base64url')
      assert.equal(await outcome({ events: digest }, iat), 'submission')
      assert.equal(await outcome({ htm: 'POST', htu: `${audience}/v1/agencies`, body: digest }, iat), 'act')
      assert.equal(await outcome({ htm: 'GET', htu: `${audience}/v1/inbox` }, iat), 'bound-plain')
      assert.equal(await outcome({ htm: 'GET', htu: 'x', events: digest }, iat), 'BUS_TOKEN_INVALID')
      assert.equal(await outcome({ events: `${digest}=` }, iat), 'BUS_TOKEN_INVALID')
    })

    it('is refused where the key is unknown or of another algorithm', async () => {
      const other = (await generateKey('k', alg === 'ES256' ? 'EdDSA' : 'ES256')).publicJwk
      assert.equal(await outcome({}, iat, () => undefined), 'BUS_TOKEN_INVALID')
      assert.equal(await outcome({}, iat, () => other), 'BUS_TOKEN_INVALID')
    })
  })
}
