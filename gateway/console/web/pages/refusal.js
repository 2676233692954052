import { useGet } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Answer, Facts, Field, Page, System, Text, Time, valuesOf } from '../parts.js'
import { go } from '../router.js'

/** Why a request was refused, by the trace id in its answer. @param {{ traceId?: string }} props */
export function RefusalPage({ traceId }) {
  const { t } = useTexts()
  const answer = useGet(traceId && `/v1/refusals/${encodeURIComponent(traceId)}`)
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const { trace } = valuesOf(/** @type {HTMLFormElement} */ (event.currentTarget))
    if (trace) go(`/console/refusals/${encodeURIComponent(trace)}`)
  }
  return html`<${Page} title=${t('refusal.title')} lead=${t('refusal.lead')}>
    <form class="search" role="search" onSubmit=${submit}>
      <div class="line"><${Field} label=${t('error.trace')} name="trace" value=${traceId} size="wide" /><button class="main">${t('search.find')}</button></div>
    </form>
    ${
      traceId &&
      html`<${Answer} of=${answer}>${(/** @type {any} */ one) => html`
      <section class="note bad"><h2><${Text} value=${one.title} /></h2><p><${Text} value=${one.detail} /></p></section>
      ${one.remedy && html`<section class="note good"><h2>${t('refusal.remedy')}</h2><p><${Text} value=${one.remedy} /></p></section>`}
      <h2>${t('refusal.checks')}</h2>
      <ol class="checks">
        ${one.checksPassed.map((/** @type {string} */ check) => html`<li class="good">✓ <code>${check}</code></li>`)}
        ${one.check && html`<li class="bad">✗ <code>${one.check}</code> ${t('refusal.failed')}</li>`}
      </ol>
      <${Facts} items=${[
        [t('refusal.code'), html`<code>${one.code}</code> (${one.status})`],
        [t('flow.when'), html`<${Time} at=${one.at} />`],
        [t('refusal.route'), html`<code>${one.route}</code>`],
        [
          t('refusal.caller'),
          one.caller ? html`<${System} id=${one.caller.system} />` : t('refusal.caller.unknown')
        ]
      ]} />`}</${Answer}>`
    }
  </${Page}>`
}
