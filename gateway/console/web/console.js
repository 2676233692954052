import { request, requestAll, SessionContext } from './api.js'
import { Frame } from './frame.js'
import { LanguageContext, storedLanguage, storeLanguage, useTexts } from './i18n.js'
import { html, render, useEffect, useState } from './lib.js'
import { hasLoginToken, Login, takeLoginToken } from './login.js'
import { Acts } from './pages/acts.js'
import { Agencies } from './pages/agencies.js'
import { AgencyPage } from './pages/agency.js'
import { ConnectorPage } from './pages/connector.js'
import { Connectors } from './pages/connectors.js'
import { Deliveries } from './pages/deliveries.js'
import { DeliveryPage } from './pages/delivery.js'
import { EventPage } from './pages/event.js'
import { FlowPage } from './pages/flow.js'
import { Live } from './pages/live.js'
import { Quarantine } from './pages/quarantine.js'
import { RefusalPage } from './pages/refusal.js'
import { Search } from './pages/search.js'
import { EventTypePage } from './pages/type.js'
import { EventTypes } from './pages/types.js'
import { Verify } from './pages/verify.js'
import { NamesContext, Page } from './parts.js'
import { match, usePlace } from './router.js'

/** Every page by its address. A part that begins with `:` is given to the page. */
const pages = /** @type {const} */ ([
  ['/console', Search],
  ['/console/flows/:flow', FlowPage],
  ['/console/events/:hash', EventPage],
  ['/console/deliveries', Deliveries],
  ['/console/deliveries/:connector/:event', DeliveryPage],
  ['/console/quarantine', Quarantine],
  ['/console/connectors', Connectors],
  ['/console/connectors/:name', ConnectorPage],
  ['/console/agencies', Agencies],
  ['/console/agencies/:code', AgencyPage],
  ['/console/types', EventTypes],
  ['/console/types/:type', EventTypePage],
  ['/console/acts', Acts],
  ['/console/live', Live],
  ['/console/refusals', RefusalPage],
  ['/console/refusals/:traceId', RefusalPage],
  ['/console/verify', Verify]
])

function Console() {
  const [language, setLanguage] = useState(storedLanguage)
  const change = (/** @type {import('./i18n.js').Language} */ to) => {
    storeLanguage(to)
    setLanguage(to)
  }
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return html`<${LanguageContext.Provider} value=${{ language, change }}><${Door} /></${LanguageContext.Provider}>`
}

/** Shows the pages to who is logged in, and how to log in to everybody else. */
function Door() {
  const { language } = useTexts()
  const place = usePlace()
  const [session, setSession] = useState(
    /** @type {import('./api.js').Session | null | undefined} */ (undefined)
  )
  const [error, setError] = useState(/** @type {unknown} */ (undefined))
  const reload = async () => {
    try {
      setSession(await request('/console/session', { language }))
    } catch {
      setSession(null)
    }
  }
  const enter = async () => {
    const token = takeLoginToken()
    if (token !== undefined) {
      const body = JSON.stringify({ token })
      const headers = { 'content-type': 'application/json' }
      setError(undefined)
      await request('/console/session', { language, method: 'POST', headers, body }).catch(setError)
    }
    await reload()
  }
  useEffect(() => {
    void enter()
    // A link that is opened where the console is only changes the fragment.
    const pasted = () => void (hasLoginToken() && enter())
    addEventListener('hashchange', pasted)
    return () => removeEventListener('hashchange', pasted)
  }, [])
  if (session === undefined) return null
  if (session === null) return html`<${Login} error=${error} />`
  const value = { session, reload, expired: () => setSession(null) }
  return html`<${SessionContext.Provider} value=${value}>
    <${Names}><${Frame} place=${place}><${Route} place=${place} /></${Frame}></${Names}>
  </${SessionContext.Provider}>`
}

/** @param {{ place: import('./router.js').Place }} props */
function Route({ place }) {
  const { t } = useTexts()
  for (const [pattern, Shown] of pages) {
    const found = match(pattern, place.path)
    if (found) return html`<${Shown} key=${place.path} ...${found} path=${place.path} query=${place.query} />`
  }
  return html`<${Page} title=${t('missing.title')}><p>${t('missing.says')}</p></${Page}>`
}

/** Asks for the names of all agencies once. @param {{ children?: any }} props */
function Names({ children }) {
  const { language } = useTexts()
  const [names, setNames] = useState(/** @type {ReadonlyMap<string, string>} */ (new Map()))
  useEffect(() => {
    requestAll('/v1/agencies', { language }).then(
      ({ items }) => setNames(new Map(items.map(({ code, name }) => [code, name]))),
      () => {} // Without names their codes are shown.
    )
  }, [])
  return html`<${NamesContext.Provider} value=${names}>${children}</${NamesContext.Provider}>`
}

const app = document.getElementById('app')
if (app) render(html`<${Console} />`, app)
