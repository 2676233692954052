import { newKey } from '../scene.ts'
import { broken, type Check, checkGoesOn, checkOnce, untilPublished } from './check.ts'

const isTaken = (status: number): boolean => status >= 200 && status < 300
const isRefused = (status: number): boolean => status >= 400 && status < 500

/** What a kind promises of requests that the outside sends to it. */
export const receiveChecks: readonly Check[] = [
  {
    name: 'called',
    promise: 'What the outside calls about becomes one event, also if it calls twice or a poll finds it too.',
    needs: ['receive', 'call'],
    async run(scene) {
      const key = newKey()
      const request = await scene.outside.call?.({ key })
      const hint = 'Name a record as polling does, and take a repeated call as the first.'
      for (let calls = 0; request && calls < 2; calls += 1) {
        const status = await scene.call(request)
        if (!isTaken(status)) broken(`A call of the outside was answered with ${status}. ${hint}`)
      }
      await untilPublished(scene, [key], hint)
      await scene.outside.again?.()
      if (scene.definition.inbound) await scene.act('reset', { cursor: null })
      await checkGoesOn(scene, 'It does not go on after a call.')
      await checkOnce(scene, [key], hint)
    }
  },
  {
    name: 'bad-call',
    promise: 'A call that cannot be used is quarantined with its reason, and the next one is taken.',
    needs: ['receive', 'call'],
    async run(scene) {
      const hint = 'Give what cannot be used as { reference, fault, raw } instead of leaving it out.'
      const bad = await scene.outside.call?.({ key: newKey(), bad: true })
      const status = bad ? await scene.call(bad) : 0
      const isQuarantined = async (): Promise<boolean> => (await scene.shown()).counts.quarantined === 1
      await scene.until(
        `A call that cannot be used, answered with ${status}, was not quarantined. ${hint}`,
        isQuarantined
      )
      const key = newKey()
      const good = await scene.outside.call?.({ key })
      if (good) await scene.call(good)
      await untilPublished(scene, [key], hint)
    }
  },
  {
    name: 'forged-call',
    promise:
      'A call that the outside did not sign, or may not make any more, is refused, and nothing of it is stored.',
    needs: ['receive', 'forge'],
    async run(scene) {
      const key = newKey()
      const hint = 'receive must check who calls before it reads the rest.'
      const answers: number[] = []
      for (const forged of (await scene.outside.forge?.(key)) ?? []) answers.push(await scene.call(forged))
      await checkGoesOn(scene, 'It does not go on after a forged call.')
      const wrong = answers.findIndex((status) => !isRefused(status))
      if (wrong >= 0)
        broken(
          `A call that nobody signed was answered with ${answers[wrong]}; it is number ${wrong + 1} of forge. ${hint}`
        )
      if (scene.times(key) > 0) broken(`A call that nobody signed became an event. ${hint}`)
    }
  }
]
