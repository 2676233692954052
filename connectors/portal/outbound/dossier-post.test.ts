import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventOf } from '../fixtures/events.ts'
import { dossierPost } from './dossier-post.ts'

describe('portal: the status of a dossier', () => {
  const statusAfter = (...events: readonly (readonly [string, object])[]) =>
    dossierPost(
      events.map(([type, data]) => eventOf(`dossier.${type}.v1`, data).event),
      []
    ).excerpt

  it('is the one that the last event gives or means', () => {
    assert.equal(statusAfter(['received', { status: '9' }]), 'Đã xử lý xong')
    assert.equal(statusAfter(['received', {}]), 'Được tiếp nhận')
    assert.equal(statusAfter(['received', {}], ['transferred', {}]), 'Đang xử lý')
    const asked = ['supplement-requested', {}] as const
    assert.equal(statusAfter(['received', {}], asked), 'Yêu cầu bổ sung giấy tờ')
    assert.equal(statusAfter(['received', {}], asked, ['record-changed', { status: '4' }]), 'Đang xử lý')
  })
})
