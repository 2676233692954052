import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newDossierCode } from '#deploy/demo/dossier-scenario.ts'
import { documentIdOf } from '#deploy/demo/packages.ts'

it('dossier codes and document ids of the demo have the day in Vietnam, also before 7 in the morning', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-27T18:00:00Z') })
  assert.equal(newDossierCode('000.00.81.H03', '0001'), '000.00.81.H03-261128-0001')
  assert.equal(documentIdOf({ from: '000.00.91.H03', number: '15' }), '000.00.91.H03,2026/11/28,15/SMA-VP')
})
