import avsc from 'avsc'
import { BusError } from '../errors/bus-error.ts'

/** avsc's type for a schema within the profile. Throws `BUS_SCHEMA_INVALID` for what is not Avro. */
export function avscTypeOf(schemaText: string): avsc.Type {
  try {
    return avsc.Type.forSchema(JSON.parse(schemaText) as avsc.Schema, { typeHook: exactLong })
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-avro', { cause })
  }
}

/**
 * Longs other than instants are converted through eight bytes, because avsc writes some below −2^52 as
 * other numbers.
 */
function exactLong(schema: unknown): avsc.Type | undefined {
  const plain =
    schema === 'long' || (isObject(schema) && schema.type === 'long' && schema.logicalType === undefined)
  return plain ? longType : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

const longType = avsc.types.LongType.__with({
  toBuffer(value: number) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromBuffer: (bytes: Buffer) => Number(bytes.readBigInt64LE()),
  isValid: Number.isSafeInteger,
  fromJSON: Number,
  toJSON: Number,
  compare: (one: number, other: number) => Math.sign(one - other)
})
