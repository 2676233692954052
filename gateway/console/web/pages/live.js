import { isExpired, Refusal, useSession } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, publicPath, useEffect, useRef, useState } from '../lib.js'
import { Agency, EventType, Field, FlowLink, Page, Problem, Text } from '../parts.js'

/** How many of the newest events are shown, and how often they are shown anew. */
const shown = 100
const everyMs = 1000

/** Events as they are archived. What comes faster than it can be read is counted, and only the newest are shown. */
export function Live() {
  const { t, count } = useTexts()
  const [rows, setRows] = useState(/** @type {readonly any[]} */ ([]))
  const [rate, setRate] = useState(0)
  const [total, setTotal] = useState(0)
  const [isConnected, setConnected] = useState(false)
  const [isPaused, setPaused] = useState(false)
  const [missed, setMissed] = useState(0)
  const [problem, setProblem] = useState(/** @type {Refusal | undefined} */ (undefined))
  const { expired } = useSession()
  const [wanted, setWanted] = useState('')
  const settings = useRef({ isPaused, wanted })
  settings.current = { isPaused, wanted }
  useEffect(() => {
    /** @type {string[]} */
    let pending = []
    let arrived = 0
    const source = new EventSource(`${publicPath}/v1/live`)
    source.onopen = () => setConnected(true)
    source.onerror = () => setConnected(false)
    source.addEventListener('gap', (event) => {
      const { from, to } = JSON.parse(event.data)
      setMissed((before) => before + to - from + 1)
    })
    source.addEventListener('problem', (event) => {
      const refusal = new Refusal(JSON.parse(event.data))
      if (isExpired(refusal)) expired()
      else setProblem(refusal)
    })
    source.onmessage = ({ data }) => {
      arrived += 1
      pending.push(data)
      if (pending.length > 5000) pending = pending.slice(-2500)
    }
    const timer = setInterval(() => {
      setRate((before) => Math.round(before * 0.5 + arrived * (1000 / everyMs) * 0.5))
      const came = arrived
      arrived = 0
      if (came > 0) setTotal((before) => before + came)
      if (settings.current.isPaused || document.hidden || pending.length === 0) return
      const fresh = newest(pending, settings.current.wanted)
      pending = []
      if (fresh.length > 0) setRows((before) => [...fresh, ...before].slice(0, shown))
    }, everyMs)
    return () => {
      source.close()
      clearInterval(timer)
    }
  }, [])
  return html`<${Page} title=${t('live.title')} lead=${t('live.lead')}
    actions=${html`<button type="button" aria-pressed=${isPaused} onClick=${() => setPaused(!isPaused)}>${t(isPaused ? 'live.resume' : 'live.pause')}</button>`}>
    <div class="toolbar">
      <p><span class=${`badge ${isConnected ? 'good' : 'warn'}`}>${t(isConnected ? 'live.connected' : 'live.connecting')}</span>
        ${t('live.rate', { rate: count(rate), total: count(total) })}</p>
      <div onInput=${(/** @type {any} */ event) => setWanted(event.target.value.trim().toLowerCase())}><${Field} label=${t('live.filter')} name="filter" /></div>
    </div>
    ${problem && html`<${Problem} error=${problem} />`}
    ${missed > 0 && html`<p class="note warn" role="status">${t('live.missed', { count: count(missed) })}</p>`}
    ${
      rows.length > 0 &&
      html`<div class="table"><table>
      <caption class="unseen">${t('live.title')}</caption>
      <thead><tr>${[t('flow.when'), t('event.type'), t('live.from'), t('live.to'), t('event.subject')].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map((event) => html`<${Row} event=${event} key=${event.number} />`)}</tbody>
    </table></div>`
    }
    ${rows.length === 0 && html`<p class="empty">${t('live.none')}</p>`}
  </${Page}>`
}

/** The newest events that hold the wanted text, the last first. @param {readonly string[]} pending @param {string} wanted */
function newest(pending, wanted) {
  const found = []
  for (let at = pending.length - 1; at >= 0 && found.length < shown; at -= 1) {
    const text = pending[at] ?? ''
    if (wanted === '' || text.toLowerCase().includes(wanted)) found.push(JSON.parse(text))
  }
  return found
}

/** @param {{ event: any }} props */
function Row({ event }) {
  const { t, clock } = useTexts()
  const { recordedTime, type, agency, recipients, subject, flow } = event
  return html`<tr>
    <td data-label=${t('flow.when')}><time datetime=${recordedTime}>${clock(recordedTime)}</time></td>
    <td data-label=${t('event.type')}><${EventType} type=${type} /></td>
    <td data-label=${t('live.from')}><${Agency} code=${agency} /></td>
    <td data-label=${t('live.to')}><div>${recipients.slice(0, 3).map((/** @type {string} */ code) => html`<div><${Agency} code=${code} /></div>`)}${recipients.length > 3 ? `+${recipients.length - 3}` : ''}</div></td>
    <td data-label=${t('event.subject')}><${FlowLink} flow=${flow}><${Text} value=${subject} isInLink /></${FlowLink}></td>
  </tr>`
}
