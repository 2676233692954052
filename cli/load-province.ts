import { BusError } from '#protocol/errors/bus-error.ts'
import { faultText } from './province-fault-texts.ts'
import type { Province } from './remote/province.ts'
import { readProvince } from './remote/province-file.ts'

/** Reads a province file; rejects with `BUS_CONFIG_INVALID` if it has faults, and reports all of them. */
export async function loadProvince(file: string): Promise<Province> {
  const { value, faults } = await readProvince(file)
  if (faults.length === 0) return value as Province
  const problems = faults.map((one) => `${file}:${one.line}: ${faultText(one, 'en')}`)
  throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
    values: { file, problems: problems.join(' ') }
  })
}
