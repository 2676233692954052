import { Refusal } from './api.js'
import { useTexts } from './i18n.js'
import { html, useEffect, useRef, useState } from './lib.js'
import { oidcStart } from './login.js'
import { Problem, Text } from './parts.js'

/**
 * Asks before something is changed, with the reason that is recorded.
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.says What will happen.
 * @param {boolean} [props.needsReason]
 * @param {(reason: string | undefined) => Promise<any>} props.act
 * @param {(result: any) => void} props.done
 * @param {() => void} props.close
 */
export function ActDialog({ title, says, needsReason = false, act, done, close }) {
  const { t } = useTexts()
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null))
  const [error, setError] = useState(/** @type {unknown} */ (undefined))
  const [isBusy, setBusy] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.currentTarget)
    const reason = String(new FormData(form).get('reason') ?? '').trim()
    setBusy(true)
    try {
      done(await act(reason === '' ? undefined : reason))
      close()
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return html`<dialog ref=${dialog} onClose=${close} aria-labelledby="act-title">
    <form onSubmit=${submit}>
      <h2 id="act-title">${title}</h2>
      <p><${Text} value=${says} /></p>
      <label class="field"><span>${needsReason ? t('act.reason.needed') : t('act.reason')}</span>
        <textarea name="reason" rows="3" maxlength="1000" required=${needsReason}></textarea>
      </label>
      <${ChangeProblem} error=${error} />
      <div class="actions">
        <button type="button" onClick=${() => dialog.current?.close()}>${t('act.cancel')}</button>
        <button class="main" disabled=${isBusy}>${title}</button>
      </div>
    </form>
  </dialog>`
}

/** Why a change was refused, if it was; and where to go if the person must log in more strongly. @param {{ error: unknown }} props */
export function ChangeProblem({ error }) {
  const { t } = useTexts()
  if (error === undefined) return null
  const isStepUp = error instanceof Refusal && error.problem.code === 'BUS_STEP_UP_REQUIRED'
  return html`<${Problem} error=${error} />
    ${isStepUp && html`<p><a class="button" href=${oidcStart(undefined, { stepUp: '1' })}>${t('login.stepUp')}</a></p>`}`
}
