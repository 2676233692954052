import { request } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, useState } from '../lib.js'
import { Badge, Facts, Hash, Page, System, Text, Time } from '../parts.js'
import { checkReceipt, checkSignature, claimsIn } from '../verify-receipt.js'

/** Checks a receipt in the page; what is dropped does not leave it. */
export function Verify() {
  const { t, language } = useTexts()
  const [results, setResults] = useState(/** @type {readonly any[] | undefined} */ (undefined))
  const [fault, setFault] = useState('')
  const check = async (/** @type {string} */ text) => {
    setFault('')
    setResults(undefined)
    if (text.trim() === '') return
    if (!globalThis.isSecureContext) return setFault(t('verify.insecure'))
    try {
      const claims = await claimsIn(JSON.parse(text))
      if (claims.length === 0) return setFault(t('verify.nothing'))
      const { keys } = await request('/.well-known/jwks.json', { language })
      setResults(await Promise.all(claims.map((claim) => checkedClaim(claim, keys, language))))
    } catch (error) {
      setFault(error instanceof SyntaxError ? t('verify.notJson') : t('error.unreachable'))
    }
  }
  const drop = async (/** @type {DragEvent} */ event) => {
    event.preventDefault()
    const [file] = event.dataTransfer?.files ?? []
    if (file) await check(await file.text())
  }
  const choose = async (/** @type {Event} */ event) => {
    const [file] = /** @type {HTMLInputElement} */ (event.currentTarget).files ?? []
    if (file) await check(await file.text())
  }
  return html`<${Page} title=${t('verify.title')} lead=${t('verify.lead')}>
    <div class="drop" onDragOver=${(/** @type {Event} */ event) => event.preventDefault()} onDrop=${drop}>
      <label class="field"><span>${t('verify.paste')}</span>
        <textarea rows="8" spellcheck=${false} onInput=${(/** @type {any} */ event) => check(event.currentTarget.value)}></textarea>
      </label>
      <label class="field"><span>${t('verify.file')}</span><input type="file" accept=".json,application/json" onChange=${choose} /></label>
    </div>
    <div role="status">
      ${fault !== '' && html`<p class="note bad">${fault}</p>`}
      ${results?.map((result) => html`<${Result} ...${result} />`)}
    </div>
    <p class="quiet">${t('verify.keys')}</p>
  </${Page}>`
}

/** @param {import('../verify-receipt.js').Claim} claim @param {readonly any[]} keys @param {string} language */
async function checkedClaim(claim, keys, language) {
  const system =
    claim.event && (await request(`/v1/systems${claim.source}`, { language }).catch(() => undefined))
  return {
    claim,
    receipt: await checkReceipt(claim, keys),
    signature:
      claim.event && !system && !claim.isUnsigned
        ? 'unknown'
        : await checkSignature(claim, system?.keys ?? [])
  }
}

/** @param {{ claim: import('../verify-receipt.js').Claim, receipt: string, signature: string }} props */
function Result({ claim, receipt, signature }) {
  const { t, label } = useTexts()
  const isGood = receipt === 'good' && (signature === 'good' || signature === 'absent')
  return html`<section class=${`note ${isGood ? 'good' : 'bad'}`}>
    <h2>${t(isGood ? 'verify.good' : 'verify.bad')}</h2>
    <ul class="plain">
      <li><${Verdict} of=${receipt} /> ${label('verify.receipt', receipt)}</li>
      <li><${Verdict} of=${signature} /> ${claim.event ? label('verify.signature', signature) : t('verify.noEvent')}</li>
    </ul>
    <${Facts} items=${[
      [t('event.source'), html`<${System} id=${claim.source} />`],
      [t('event.id'), html`<${Text} value=${claim.id} />`],
      [t('event.recorded'), html`<${Time} at=${claim.recordedtime} isExact />`],
      [t('event.hash'), html`<a href=${`/console/events/${claim.hash}`}><${Hash} value=${claim.hash} /></a>`]
    ]} />
  </section>`
}

/** @param {{ of: string }} props */
function Verdict({ of: verdict }) {
  return html`<${Badge} state=${verdict} group="verdict" />`
}
