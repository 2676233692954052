import { BusError } from '../errors/bus-error.ts'
import { type AvroJson, isArray, isObject } from './avro-json.ts'
import type { AvroType, RecordType } from './model.ts'

/** Limit for all defaults of a schema: nested unions of records could take too long. */
const maxSteps = 100_000
const charactersPerStep = 64

/** Tells whether a default is a value of its field's type, as Avro 1.12 writes defaults in JSON. */
export class DefaultChecker {
  #steps = 0

  /** Throws `BUS_SCHEMA_INVALID` if checking takes too long. */
  isOfType(value: AvroJson, type: AvroType): boolean {
    this.#spend(1)
    switch (type.kind) {
      case 'null':
        return value === null
      case 'boolean':
        return typeof value === 'boolean'
      case 'int':
        return typeof value === 'bigint' && BigInt.asIntN(32, value) === value
      case 'long':
        return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
      case 'float':
      case 'double':
        return typeof value === 'bigint' || typeof value === 'number'
      case 'string':
        return typeof value === 'string'
      case 'bytes':
        return typeof value === 'string' && this.#isBytes(value)
      case 'fixed':
        return typeof value === 'string' && value.length === type.size && this.#isBytes(value)
      case 'enum':
        return typeof value === 'string' && type.symbols.has(value)
      case 'array':
        return isArray(value) && value.every((item) => this.isOfType(item, type.items))
      case 'map':
        return isObject(value) && Object.values(value).every((member) => this.isOfType(member, type.values))
      case 'union':
        return type.branches.some((branch) => this.isOfType(value, branch))
      case 'record':
        return isObject(value) && this.#isRecord(value, type)
    }
  }

  /** A member left out takes its own field's default, which is checked at that field. */
  #isRecord(value: { readonly [name: string]: AvroJson }, { fields }: RecordType): boolean {
    return fields.values().every(({ name, type, hasDefault }) => {
      const member = Object.hasOwn(value, name) ? value[name] : undefined
      this.#spend(1)
      return member === undefined ? hasDefault : this.isOfType(member, type)
    })
  }

  /** Bytes are written as text, one character each. */
  #isBytes(value: string): boolean {
    this.#spend(value.length / charactersPerStep)
    return !beyondByte.test(value)
  }

  #spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > maxSteps) {
      throw new BusError('BUS_SCHEMA_INVALID', 'avro-too-complex', { values: { limit: maxSteps } })
    }
  }
}

const beyondByte = /[^\u0000-\u00ff]/
