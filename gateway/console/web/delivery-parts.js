import { ActDialog } from './act-dialog.js'
import { useChange, useSession } from './api.js'
import { useTexts } from './i18n.js'
import { html, useState } from './lib.js'
import { Text, Time } from './parts.js'

/** @typedef {'release' | 'retry' | 'skip' | 'done' | 'not-done'} Act `done` and `not-done` settle one in doubt. */

/** The page of a delivery. @param {string} connector @param {string} event */
export function deliveryPath(connector, event) {
  return `/console/deliveries/${encodeURIComponent(connector)}/${event}`
}

/** What a person may do to a delivery in each state. @type {Readonly<Record<string, readonly Act[]>>} */
const actsOn = {
  dead: ['release', 'skip'],
  waiting: ['retry', 'skip'],
  'in-doubt': ['done', 'not-done', 'skip']
}

/** Buttons for what may be done to all of these deliveries. */
/** @param {{ deliveries: readonly { connector: string, event: string, state: string }[], done: (result: any) => void }} props */
export function ActButtons({ deliveries, done }) {
  const { t, label } = useTexts()
  const change = useChange()
  const { session } = useSession()
  const [asked, setAsked] = useState(/** @type {Act | undefined} */ (undefined))
  const [first] = deliveries
  if (first === undefined || !session.mayChange) return null
  const acts = (actsOn[first.state] ?? []).filter((act) =>
    deliveries.every(({ state }) => actsOn[state]?.includes(act))
  )
  const send = (/** @type {object} */ more) =>
    change('/v1/deliveries', {
      ...(asked === 'done' || asked === 'not-done' ? { act: 'settle', as: asked } : { act: asked }),
      deliveries: deliveries.map(({ connector, event }) => ({ connector, event })),
      ...more
    })
  return html`${acts.map(
    (act) => html`<button type="button" onClick=${() => setAsked(act)}>${label('act', act)}</button>`
  )}
    ${
      asked !== undefined &&
      html`<${DeliveryDialog} act=${asked} says=${`${label('act.says', asked)} ${t('deliveries.count', { count: deliveries.length })}`}
      send=${send} done=${done} close=${() => setAsked(undefined)} />`
    }`
}

/**
 * @param {{ act: Act, says: string, send: (more: { reason?: string }) => Promise<any>, done: (result: any) => void, close: () => void }} props
 */
export function DeliveryDialog({ act, says, send, done, close }) {
  const { label } = useTexts()
  return html`<${ActDialog} title=${label('act', act)} says=${says} needsReason=${act === 'skip'} close=${close} done=${done}
    act=${(/** @type {string | undefined} */ reason) => send(reason === undefined ? {} : { reason })} />`
}

/** Why it is not delivered, and when it is tried next. @param {{ of: any }} props */
export function LastError({ of: { lastError, nextAttempt } }) {
  const { t } = useTexts()
  return html`${
    lastError &&
    html`<div><code>${lastError.code}</code> <${Text} value=${lastError.detail} /></div>
      <div class="quiet"><${Time} at=${lastError.at} /></div>`
  }
    ${nextAttempt && html`<div class="quiet">${t('delivery.next')} <${Time} at=${nextAttempt} /></div>`}`
}
