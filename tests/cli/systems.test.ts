import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { oneLine, onTerminal, refusalOf, startOperator } from '../helpers/operator.ts'
import { actOnSystem, codes, systemOf } from '../helpers/test-bus.ts'

const name = `${codes.A}.qlvb`
const because = ['--reason', 'máy chủ bị xâm nhập']

describe('lienthong systems', () => {
  it('suspends a system, resumes it, and revokes it for good', async (t) => {
    const { bus, run } = await startOperator(t)
    const suspended = await run('systems', 'suspend', name, ...because)
    assert.match(
      suspended.stdout,
      new RegExp(
        `^Will suspend ${systemOf('A')} \\(Cơ quan A, ${codes.A}\\): .*\nDone: System suspended: ${systemOf('A')}; act \\d+, hash [0-9a-f]{64}\n$`
      )
    )
    const { stdout: acts } = await run('acts', '--act', 'system.suspended')
    assert.match(acts, /xâm nhập/)
    assert.equal((await refusalOf(bus.clients.A.publish(bus.document()))).code, 'BUS_NOT_PERMITTED')
    assert.equal((await refusalOf(bus.clients.A.page())).code, 'BUS_NOT_PERMITTED')
    assert.match((await run('systems', name)).stdout, /: Suspended;/)
    assert.match((await run('systems', 'suspend', name, ...because)).stderr, /^BUS_ACT_CONFLICT: .*already/)

    await run('systems', 'resume', systemOf('A'), ...because)
    assert.equal((await bus.clients.A.publish(bus.document()))[0]?.status, 'accepted')

    const unasked = await run('systems', 'revoke', name, ...because)
    assert.equal(unasked.code, 1)
    assert.match(unasked.stderr, /^This cannot be undone\. Nothing was changed\. .*--yes\.\n$/)
    assert.match((await run('systems', name)).stdout, /: Active;/)
    assert.equal((await run('systems', 'revoke', name, ...because, '--yes')).code, 0)
    assert.equal((await refusalOf(bus.clients.A.publish(bus.document()))).problem.status, 401)
    const again = await run('systems', 'resume', name, ...because)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /^BUS_ACT_INVALID: .*revoked\.\n$/)
    assert.match((await run('systems', name)).stdout, /: Revoked;/)
  })

  it('lists systems with their agencies, states, keys and times, all or those of an agency', async (t) => {
    const { bus, run } = await startOperator(t)
    await bus.clients.A.publish(bus.document())
    const { stdout } = await run('systems')
    assert.equal(stdout.trim().split('\n').length, 3)
    assert.match(
      stdout,
      new RegExp(
        `^${systemOf('A')} \\(Cơ quan A, ${codes.A}\\): Active; Keys: key-A \\(Valid, no end\\); Last read: never; Last published: `
      )
    )
    const [line = ''] = (await run('systems', '--agency', codes.B, '--json')).stdout.split('\n')
    assert.equal((JSON.parse(line) as { resource: string }).resource, systemOf('B'))
    assert.match(
      oneLine(await run('systems', '--agency', 'H99')),
      /^There is no agency H99\. .*lienthong agencies/
    )
  })

  it('answers a wrong name with one line that says what to do', async (t) => {
    const { run } = await startOperator(t)
    const act = async (wrong: string) => oneLine(await run('systems', 'suspend', wrong, ...because))
    assert.match(await act(`${codes.A}.other`), /^There is no system .*other\. .*`lienthong systems`/)
    assert.match(await act('qlvb'), /^qlvb is not the name of a system\. Write it like /)
    assert.match(oneLine(await run('systems', 'supend')), /^supend is not the name of a system/)
  })

  it('speaks Vietnamese by LANG, and JSON with --json', async (t) => {
    const { bus, run } = await startOperator(t, 'vi_VN.UTF-8')
    const { stdout } = await run('systems', 'suspend', name, ...because)
    assert.match(stdout, /^Sẽ tạm ngừng hệ thống .*\nĐã xong: Tạm ngừng hệ thống: .*mã băm [0-9a-f]{64}\n$/)
    assert.match((await run('systems', name)).stdout, /: Tạm ngừng; Khóa: key-A \(Còn hạn, không thời hạn\)/)
    assert.match((await run('systems', name, '--lang', 'en')).stdout, /: Suspended; Keys:/)
    assert.match(oneLine(await run('systems', 'x')), /không phải tên hệ thống/)
    const [planned = '', done = ''] = (
      await run('systems', 'resume', name, ...because, '--json')
    ).stdout.split('\n')
    const { last } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
    assert.equal((JSON.parse(planned) as { planned: { act: string } }).planned.act, 'system.resumed')
    assert.equal((JSON.parse(done) as { done: { hash: string } }).done.hash, last)
  })

  it('asks on a terminal before it revokes, and does nothing without a yes', async (t) => {
    const { bus, run } = await startOperator(t)
    const said = await onTerminal(bus, ['systems', 'revoke', name, ...because], async () => 'no')
    assert.match(said, /Will revoke .*for good/)
    assert.match(said, /This cannot be undone\. Go on\? .*\r\n(?:.*\r\n)*Nothing was changed\./)
    assert.match((await run('systems', name)).stdout, /: Active;/)
    await onTerminal(bus, ['systems', 'revoke', name, ...because], async () => 'yes')
    assert.match((await run('systems', name)).stdout, /: Revoked;/)
  })

  it('changes nothing that somebody else has changed in the meantime, and says so', async (t) => {
    const { bus, run } = await startOperator(t)
    const said = await onTerminal(bus, ['systems', 'revoke', name, ...because], async () => {
      await actOnSystem(bus.operator, systemOf('A'), { act: 'system.suspended' })
      return 'yes'
    })
    assert.match(said, /Somebody else has changed .* its state is now: Suspended\..*`lienthong systems /)
    assert.doesNotMatch(said, /previous/)
    assert.match((await run('systems', name)).stdout, /: Suspended;/)
  })
})
