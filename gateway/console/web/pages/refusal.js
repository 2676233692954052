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
    if (trace) go(`/console/refusals/${encodeURIComponent(trace.toLowerCase())}`)
  }
  return html`<${Page} title=${t('refusal.title')} lead=${t('refusal.lead')}>
    <form class="search" role="search" onSubmit=${submit}>
      <div class="line"><${Field} label=${t('error.trace')} name="trace" value=${traceId} size="wide" /><button class="main">${t('search.find')}</button></div>
    </form>
    ${
      traceId &&
      html`<${Answer} of=${answer}>${(/** @type {any} */ { others = [], ...first }) =>
        [first, ...others].map((one) => html`<${Refused} one=${one} />`)}</${Answer}>`
    }
  </${Page}>`
}

/** @param {{ one: any }} props */
function Refused({ one }) {
  const { t, label } = useTexts()
  const { title, detail, remedy, checksPassed, check, code, status, at, route, caller } = one
  return html`<section class="note bad"><h2><${Text} value=${title} /></h2><p><${Text} value=${detail} /></p></section>
    <section class="note good"><h2>${t('refusal.remedy')}</h2><p><${Text} value=${remedy} /></p></section>
    <h2>${t('refusal.checks')}</h2>
    <ol class="checks">
      ${checksPassed.map((/** @type {string} */ passed) => html`<li class="good">✓ ${label('check', passed)}</li>`)}
      <li class="bad">✗ ${label('check', check)}: ${t('refusal.failed')}</li>
    </ol>
    <${Facts} items=${[
      [t('refusal.code'), html`<code>${code}</code> (${status})`],
      [t('flow.when'), html`<${Time} at=${at} isExact />`],
      [t('refusal.route'), html`<code>${route}</code>`],
      [t('refusal.caller'), caller ? html`<${System} id=${caller.system} />` : t('refusal.caller.unknown')]
    ]} />`
}
