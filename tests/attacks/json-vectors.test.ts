import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { signToken } from '#protocol/trust/token.ts'
import { codes, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { vectors } from '../helpers/vectors.ts'

/**
 * JSONTestSuite, each file posted to a running gateway under a good token. What
 * is JSON goes on to the next check and fails there, since it is no event that
 * the token was signed for; what is not JSON is refused as such.
 */

const { path, skip } = vectors('json')
const cleanups: (() => unknown)[] = []
let bus: TestBus

const number = 'numbers are whole, without fraction, exponent or minus zero, within ±(2^53 − 1)'
const character = 'no control, no non-character in any text'
const twice = 'no member is named twice'

/** Valid JSON that our strict form refuses, and why. */
const refusedThoughValid: Readonly<Record<string, string>> = {
  'y_number.json': number,
  'y_number_0e+1.json': number,
  'y_number_0e1.json': number,
  'y_number_double_close_to_zero.json': number,
  'y_number_int_with_exp.json': number,
  'y_number_minus_zero.json': number,
  'y_number_negative_zero.json': number,
  'y_number_real_capital_e.json': number,
  'y_number_real_capital_e_neg_exp.json': number,
  'y_number_real_capital_e_pos_exp.json': number,
  'y_number_real_exponent.json': number,
  'y_number_real_fraction_exponent.json': number,
  'y_number_real_neg_exp.json': number,
  'y_number_real_pos_exponent.json': number,
  'y_number_simple_real.json': number,
  'y_object_duplicated_key.json': twice,
  'y_object_duplicated_key_and_value.json': twice,
  'y_object_escaped_null_in_key.json': character,
  'y_object_extreme_numbers.json': number,
  'y_string_allowed_escapes.json': character,
  'y_string_escaped_control_character.json': character,
  'y_string_escaped_noncharacter.json': character,
  'y_string_last_surrogates_1_and_2.json': character,
  'y_string_nonCharacterInUTF-8_U+10FFFF.json': character,
  'y_string_nonCharacterInUTF-8_U+FFFF.json': character,
  'y_string_null_escape.json': character,
  'y_string_unicode_U+10FFFE_nonchar.json': character,
  'y_string_unicode_U+1FFFE_nonchar.json': character,
  'y_string_unicode_U+FDD0_nonchar.json': character,
  'y_string_unicode_U+FFFE_nonchar.json': character,
  'y_structure_lonely_negative_real.json': number
}

/** What the standard leaves open, and we take. All others of its kind are refused. */
const takenThoughOpen: readonly string[] = []

async function post(file: string): Promise<{ readonly status: number; readonly code: unknown }> {
  const iat = Math.floor(Date.now() / 1000)
  const token = await signToken(
    {
      iss: systemOf('A'),
      sub: codes.A,
      aud: bus.url,
      iat,
      exp: iat + 60,
      jti: 'vector',
      events: Buffer.alloc(32).toString('base64url')
    },
    bus.keys.A.signingKey
  )
  const { status, body } = await send(`${bus.url}/v1/events`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/cloudevents+json' },
    body: readFileSync(join(path, file))
  })
  return { status, code: body.code }
}

describe('vectors/json', { skip }, () => {
  before(async () => {
    bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
  })
  after(async () => {
    for (const cleanup of cleanups) await cleanup()
  })
  const files = skip ? [] : readdirSync(join(path, 'test_parsing'))

  it('refuses everything that is not JSON with 400', async (t) => {
    const wrong = files.filter((file) => file.startsWith('n_'))
    for (const file of wrong) {
      assert.deepEqual(await post(`test_parsing/${file}`), { status: 400, code: 'BUS_JSON_INVALID' }, file)
    }
    t.diagnostic(`${wrong.length} refused`)
  })

  it('takes everything that is JSON but what is listed here by name', async (t) => {
    const good = files.filter((file) => file.startsWith('y_'))
    for (const file of good) {
      const { status, code } = await post(`test_parsing/${file}`)
      const expected =
        file in refusedThoughValid ? [400, 'BUS_JSON_INVALID'] : [401, 'BUS_SUBMISSION_MISMATCH']
      assert.deepEqual([status, code], expected, file)
    }
    t.diagnostic(
      `${good.length - Object.keys(refusedThoughValid).length} taken, ${Object.keys(refusedThoughValid).length} refused by name`
    )
  })

  it('refuses what the standard leaves open, but what is listed here', async (t) => {
    const open = files.filter((file) => file.startsWith('i_'))
    for (const file of open) {
      const { code } = await post(`test_parsing/${file}`)
      assert.equal(code === 'BUS_JSON_INVALID', !takenThoughOpen.includes(file), file)
    }
    t.diagnostic(`${open.length - takenThoughOpen.length} refused, ${takenThoughOpen.length} taken`)
  })

  it('answers every transformation case without a fault of its own', async () => {
    for (const file of skip ? [] : readdirSync(join(path, 'test_transform'))) {
      const { status } = await post(`test_transform/${file}`)
      assert.ok(status === 400 || status === 401, `${file}: ${status}`)
    }
  })
})
