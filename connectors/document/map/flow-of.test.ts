import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { flowOf } from './flow-of.ts'

const root = '001.01.93.H03-261126-0001'
const linked = '001.01.93.H03-261126-0002'
const letter = '000.00.91.H03,2026/11/26,15/SMA-VP'
const answer = '000.00.92.H03,2026/11/26,7/SMB-VP'

/** An agency that was given or published events of these subjects and flows. */
const agencyWith = (given: Readonly<Record<string, string>>, published: typeof given = {}) => {
  const events = (from: typeof given, subject: string): BusEvent[] => {
    const flow = from[subject]
    if (flow === undefined) return []
    const attributes = flow === subject ? {} : { correlationid: flow }
    return [{ subject, time: '2026-11-26T01:00:00.000Z', ...attributes } as BusEvent]
  }
  return {
    given: async (subject: string) => events(given, subject),
    async *published(subject: string) {
      yield* events(published, subject)
    }
  }
}

const issued = (data: JsonObject, subject = letter) => ({ type: 'document.issued.v1', subject, data })
const status = {
  type: 'document.status-changed.v1',
  subject: letter,
  data: { responseFor: { documentId: letter } }
}

describe('the flow of a package', () => {
  it('is its own where it names no dossier and no document', async () => {
    assert.equal(await flowOf(issued({}), agencyWith({})), undefined)
  })

  it('is that of the dossier in its ReferenceCodes: that of the root for a linked one', async () => {
    const about = issued({ referenceCodes: ['MCDT', ` ${linked} `, linked] })
    assert.equal(await flowOf(about, agencyWith({ [linked]: root })), root)
    assert.equal(await flowOf(about, agencyWith({}, { [linked]: root })), root)
    assert.equal(await flowOf(about, agencyWith({})), linked)
  })

  it('is its own where it names two dossiers, or a code with a date that does not exist', async () => {
    for (const referenceCodes of [[root, linked], ['001.01.93.H03-261399-0001']])
      assert.equal(await flowOf(issued({ referenceCodes }), agencyWith({})), undefined)
  })

  it('is that of the document it replies to, before that of a dossier', async () => {
    const reply = issued({ responseFor: [{ documentId: letter }], referenceCodes: [linked] }, answer)
    assert.equal(await flowOf(reply, agencyWith({ [letter]: root })), root)
    assert.equal(await flowOf(reply, agencyWith({ [letter]: letter })), letter)
    assert.equal(await flowOf(reply, agencyWith({})), linked)
  })

  it('is that of its document for a status, at the recipient and at the sender', async () => {
    assert.equal(await flowOf(status, agencyWith({ [letter]: root })), root)
    assert.equal(await flowOf(status, agencyWith({}, { [letter]: root })), root)
    assert.equal(await flowOf(status, agencyWith({ [letter]: letter })), undefined)
    assert.equal(await flowOf(status, agencyWith({})), undefined)
  })

  it('is that of the document for an update, which may name no dossier any more', async () => {
    const update = { ...issued({}), type: 'document.updated.v1' }
    assert.equal(await flowOf(update, agencyWith({}, { [letter]: root })), root)
  })

  it('costs few questions to the store, however many documents it names', async () => {
    const responseFor = Array.from({ length: 2000 }, (_, number) => ({ documentId: `${letter}-${number}` }))
    let asked = 0
    const counting = {
      given: async () => {
        asked += 1
        return []
      },
      async *published() {}
    }
    assert.equal(await flowOf(issued({ responseFor }, answer), counting), undefined)
    assert.ok(asked <= 20, String(asked))
  })
})
