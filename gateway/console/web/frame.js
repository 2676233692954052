import { isExpired, request, useSession } from './api.js'
import { LanguageContext, useTexts } from './i18n.js'
import { html, useContext, useEffect, useState } from './lib.js'
import { Agency, Problem, Text } from './parts.js'

/** @typedef {import('./i18n.js').Key} Key */

/** @type {readonly (readonly [string, Key])[]} */
const links = [
  ['/console', 'nav.search'],
  ['/console/deliveries', 'nav.deliveries'],
  ['/console/quarantine', 'nav.quarantine'],
  ['/console/connectors', 'nav.connectors'],
  ['/console/agencies', 'nav.agencies'],
  ['/console/types', 'nav.types'],
  ['/console/acts', 'nav.acts'],
  ['/console/live', 'nav.live'],
  ['/console/refusals', 'nav.refusals'],
  ['/console/verify', 'nav.verify']
]

/** What stands around every page. @param {{ place: import('./router.js').Place, children?: any }} props */
export function Frame({ place, children }) {
  const { t } = useTexts()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [place.path])
  const isHere = (/** @type {string} */ path) =>
    path === place.path || (path !== '/console' && place.path.startsWith(`${path}/`))
  return html`<a class="skip" href="#main">${t('nav.skip')}</a>
    <aside class=${isOpen ? 'open' : ''}>
      <div class="brand">
        <a href="/console">Liên Thông</a>
        <button type="button" class="menu" aria-expanded=${isOpen} aria-controls="menu" onClick=${() => setOpen(!isOpen)}>${t('nav.menu')}</button>
      </div>
      <div id="menu">
        <nav aria-label=${t('nav.label')}><ul>${links.map(
          ([path, key]) =>
            html`<li><a href=${path} aria-current=${isHere(path) ? 'page' : null}>${t(key)}</a></li>`
        )}</ul></nav>
        <${Account} />
      </div>
    </aside>
    <main id="main" tabindex="-1">${children}</main>`
}

function Account() {
  const { t, label, time, language } = useTexts()
  const { session, expired } = useSession()
  const [error, setError] = useState(/** @type {unknown} */ (undefined))
  const leave = async () => {
    const headers = { 'x-csrf-token': session.csrf }
    try {
      const { logout } = await request('/console/session', { language, method: 'DELETE', headers })
      if (logout === undefined) expired()
      else location.assign(logout) // Also out of the OpenID provider.
    } catch (refusal) {
      if (isExpired(refusal)) expired()
      else setError(refusal) // Who leaves must know that the session goes on.
    }
  }
  return html`<section class="account" aria-label=${t('account.label')}>
    <p><strong><${Text} value=${session.person.name} /></strong></p>
    <p class="quiet">${session.roles.map((role) => label('role', role)).join(', ')}
      ${session.agency !== undefined && html` · <${Agency} code=${session.agency} />`}</p>
    <p class="quiet">${t('account.until', { time: time(session.until) })}</p>
    <div class="actions">
      <${LanguageChoice} />
      <button type="button" onClick=${leave}>${t('account.leave')}</button>
    </div>
    ${error !== undefined && html`<${Problem} error=${error} />`}
  </section>`
}

/** A button to the other language, named in that language. */
export function LanguageChoice() {
  const { language, change } = useContext(LanguageContext)
  return language === 'vi'
    ? html`<button type="button" lang="en" onClick=${() => change('en')}>English</button>`
    : html`<button type="button" lang="vi" onClick=${() => change('vi')}>Tiếng Việt</button>`
}
