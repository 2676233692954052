import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { generateKey, type PrivateJwk } from '#protocol/trust/jwk.ts'

it('a key that cannot sign is refused before anything is signed', async () => {
  const { privateJwk, publicJwk } = await generateKey('a', 'EdDSA')
  const other = (await generateKey('b', 'EdDSA')).privateJwk
  for (const key of [publicJwk, { ...privateJwk, d: 'AA' }, { ...privateJwk, d: other.d }, {}]) {
    const options = { system: '/agencies/H1/systems/qlvb', audience: 'https://bus.example.vn' }
    await assert.rejects(
      createSigner({ ...options, key: key as PrivateJwk }),
      (error) => error instanceof BusError && error.code === 'BUS_KEY_INVALID'
    )
  }
})
