import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { parseXml } from '#connectors/document/edxml/xml-tree.ts'
import { account } from '#connectors/document/fixtures/accounting.ts'
import { generatedPackage, manner, rewritten } from '#connectors/document/fixtures/generated.ts'
import { mutated, mutation } from '#connectors/document/fixtures/mutated.ts'
import { writtenPackage } from '#connectors/document/fixtures/written-package.ts'

/**
 * `npm run accounting -- --packages 20000`: generates edXML packages as other software may write them, and
 * checks that everything in each is read or reported. Prints how many were read, and how many were refused
 * for each reason.
 */

const { values } = parseArgs({ options: { packages: { type: 'string', default: '12000' } } })
const outcomes = new Map<string, number>()
fc.assert(
  fc.property(generatedPackage, manner, fc.array(mutation, { maxLength: 4 }), (one, how, mutations) => {
    const other = parseXml(rewritten(parseXml(writtenPackage(one.type, one.data, one.files)), how))
    const outcome = account(mutated(other, mutations))
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }),
  { numRuns: Number(values.packages) }
)
const rows = [...outcomes].sort(([, a], [, b]) => b - a)
for (const [outcome, count] of rows) process.stdout.write(`${String(count).padStart(7)} ${outcome}\n`)
