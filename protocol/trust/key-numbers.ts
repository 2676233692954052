/** Checks of the numbers in a public key, so that only its holder can sign. They take milliseconds: made when a key is registered, and when a key file has changed. */

const p256 = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const p256b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/** Whether a point with big-endian coordinates is on the curve P-256. All of its points have the same prime order. */
export function isOnP256(x: Uint8Array, y: Uint8Array): boolean {
  const [left, right] = [toInteger(y), toInteger(x)]
  if (left >= p256 || right >= p256) return false
  return modulo(left * left - (right ** 3n - 3n * right + p256b), p256) === 0n
}

const ed = 2n ** 255n - 19n
const edD = modulo(-121_665n * inverse(121_666n), ed)
const edRoot = power(2n, (ed - 1n) / 4n)
const edOrder = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n

/** A point in extended coordinates (RFC 8032, 5.1.4). */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint]

/**
 * Whether 32 bytes are the canonical encoding of a point that belongs to an Ed25519 private key: on the
 * curve, in the group of prime order, and not its neutral element. Anybody can sign for a point of small
 * order, and a second encoding would be a second name for the same key.
 */
export function isEd25519Key(bytes: Uint8Array): boolean {
  const encoded = toInteger(Uint8Array.from(bytes).reverse())
  const sign = encoded >> 255n
  const y = encoded & (2n ** 255n - 1n)
  if (y >= ed) return false
  const [u, v] = [modulo(y * y - 1n, ed), modulo(edD * y * y + 1n, ed)]
  const candidate = modulo(u * v ** 3n * power(u * v ** 7n, (ed - 5n) / 8n), ed)
  const roots = [candidate, modulo(candidate * edRoot, ed)]
  const root = roots.find((x) => modulo(v * x * x - u, ed) === 0n)
  if (root === undefined || (root === 0n && sign === 1n)) return false
  const x = (root & 1n) === sign ? root : ed - root
  const isNeutral = ([px, py, pz]: Point): boolean => px === 0n && py === pz
  const point: Point = [x, y, 1n, modulo(x * y, ed)]
  return !isNeutral(point) && isNeutral(times(edOrder, point))
}

function times(scalar: bigint, point: Point): Point {
  let sum: Point = [0n, 1n, 1n, 0n]
  for (const bit of scalar.toString(2)) {
    sum = add(sum, sum)
    if (bit === '1') sum = add(sum, point)
  }
  return sum
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = (y1 - x1) * (y2 - x2)
  const b = (y1 + x1) * (y2 + x2)
  const c = modulo(2n * t1 * t2, ed) * edD
  const d = 2n * z1 * z2
  const [e, f, g, h] = [modulo(b - a, ed), modulo(d - c, ed), modulo(d + c, ed), modulo(b + a, ed)]
  return [modulo(e * f, ed), modulo(g * h, ed), modulo(f * g, ed), modulo(e * h, ed)]
}

const smallPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167
]

/** Whether an RSA modulus can easily be factored: it has a small factor, or the ROCA fingerprint. */
export function isWeakModulus(modulus: bigint): boolean {
  const rests = smallPrimes.map((prime) => Number(modulus % BigInt(prime)))
  return modulus % 2n === 0n || rests.includes(0) || hasRocaFingerprint(rests)
}

/** Moduli of the faulty Infineon library (CVE-2017-15361) are powers of 65537 modulo every small prime. */
function hasRocaFingerprint(rests: readonly number[]): boolean {
  return smallPrimes.every((prime, index) => {
    let power = 1
    for (let step = 0; step < prime; step += 1) {
      if (power === rests[index]) return true
      power = (power * (65_537 % prime)) % prime
    }
    return false
  })
}

export function toInteger(bytes: Uint8Array): bigint {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return BigInt(`0x${hex || '0'}`)
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = modulo(result * result, ed)
    if (bit === '1') result = modulo(result * modulo(base, ed), ed)
  }
  return result
}

function inverse(value: bigint): bigint {
  return power(value, ed - 2n)
}
