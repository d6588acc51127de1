/**
 * The page under /docs/events: connects to the socket, sends frames, and shows what goes and comes. Whatever comes from the server is
 * put in as text.
 */

/** The id of what logs in, so that its refusal is told where one logs in. */
const LOGIN_ID = 'log in'

const TOKEN_WAITS = 'The token is there. Connect, and it is sent.'

/** @typedef {Readonly<Record<string, unknown>>} Json */

/** Frames that are kept, in the log and while it is paused; older ones go. */
const MAX_FRAMES = 500
/** Members that nobody who looks over a shoulder should see. */
const SECRETS = new Set(['token', 'password', 'access_token', 'refresh_token'])

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 */
function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`There is no ${id}.`)
}

const button = (/** @type {string} */ id) => byId(id, HTMLButtonElement)
const input = (/** @type {string} */ id) => byId(id, HTMLInputElement)
const form = (/** @type {string} */ id) => byId(id, HTMLFormElement)
const paragraph = (/** @type {string} */ id) => byId(id, HTMLParagraphElement)
const area = (/** @type {string} */ id) => byId(id, HTMLTextAreaElement)
const channelSelect = byId('channel', HTMLSelectElement)
const subscriptionList = byId('subscriptions', HTMLUListElement)
const log = byId('log', HTMLOListElement)

/** @type {WebSocket | undefined} */
let socket
/** What the server tells of itself. */
const served = {
  path: '/subscription',
  /** @type {Json} */
  closeCodes: {},
  /** @type {Map<string, string>} */
  descriptions: new Map(),
}
let lastCursor = ''
/** @type {{ readonly id: unknown } | undefined} The subscription that is asked for and not answered. */
let asked
/** @type {HTMLLIElement[] | undefined} Rows that wait while the log is paused. */
let held

/** @param {unknown} value @returns {Json} */
function toJson(value) {
  return typeof value === 'object' && value !== null ? /** @type {Json} */ (value) : {}
}

/** @param {unknown} value */
function toText(value) {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** @param {string} text @returns {unknown} undefined for what is no JSON */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @param {Json} problem */
function problemText({ title, detail }) {
  return `${toText(title)}. ${toText(detail)}`
}

/** @param {string} tag @param {string} text */
function textElement(tag, text) {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

/** @param {HTMLParagraphElement} place @param {string} text @param {boolean} isBad */
function say(place, text, isBad = false) {
  place.textContent = text
  place.dataset['state'] = isBad ? 'bad' : ''
}

// The log.

/** @param {string} text */
function pretty(text) {
  const value = parse(text)
  if (value === undefined) return text
  const hide = (/** @type {string} */ name, /** @type {unknown} */ member) =>
    SECRETS.has(name) && typeof member === 'string' ? '…' : member
  return JSON.stringify(value, hide, 2)
}

/** @param {'sent' | 'received' | 'note'} kind @param {string} text */
function record(kind, text) {
  const { type, channel, op } = toJson(parse(text))
  const row = document.createElement('li')
  row.className = type === 'Error' ? `${kind} bad` : kind
  const now = new Date()
  const clock = `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, '0')}`
  const time = textElement('time', clock)
  time.setAttribute('datetime', now.toISOString())
  const meta = document.createElement('div')
  meta.className = 'meta'
  const names = [kind === 'note' ? '' : toText(type), toText(channel), toText(op)]
  meta.append(time, textElement('span', kind), ...names.map((name) => textElement('strong', name)))
  row.append(meta, textElement('pre', pretty(text)))
  if (held === undefined) show([row])
  else held = [...held, row].slice(-MAX_FRAMES)
  tellCount()
}

/** @param {readonly HTMLLIElement[]} rows the oldest first */
function show(rows) {
  for (const row of rows) {
    row.hidden = !isSought(row)
    log.prepend(row)
  }
  while (log.children.length > MAX_FRAMES) log.lastElementChild?.remove()
}

/** @param {Element} row */
function isSought(row) {
  return row.textContent.toLowerCase().includes(input('search').value.toLowerCase())
}

function search() {
  for (const row of log.querySelectorAll('li')) row.hidden = !isSought(row)
  tellCount()
}

function tellCount() {
  const all = log.children.length
  const shown = log.querySelectorAll('li:not([hidden])').length
  const waiting = held === undefined ? '' : `; ${held.length} waiting`
  const count = all === 0 ? 'No frames' : `${shown} of ${all}`
  paragraph('count').textContent = `${count}${waiting}.`
}

function pause() {
  const rows = held
  held = rows === undefined ? [] : undefined
  if (rows !== undefined) show(rows)
  button('pause').textContent = held === undefined ? 'Pause' : 'Go on'
  button('pause').setAttribute('aria-pressed', String(held !== undefined))
  tellCount()
}

function clear() {
  log.replaceChildren()
  if (held !== undefined) held = []
  tellCount()
}

// The connection.

/** @param {'closed' | 'opening' | 'open' | 'lost'} state @param {string} text */
function tellState(state, text) {
  const place = paragraph('state')
  place.textContent = text
  place.dataset['state'] = state
  const isOpen = state === 'open'
  button('connect').disabled = isOpen || state === 'opening'
  button('disconnect').disabled = !isOpen
  for (const id of ['ping', 'subscribe-button', 'send-button']) button(id).disabled = !isOpen
}

function connect() {
  const opened = new WebSocket(
    new URL(served.path, location.href.replace(/^http/, 'ws')),
    'holdfast.v1',
  )
  socket = opened
  tellState('opening', 'Connecting …')
  opened.addEventListener('open', () => {
    tellState('open', 'Connected.')
    if (input('token').value !== '') authenticate()
  })
  opened.addEventListener('message', ({ data }) => receive(String(data)))
  opened.addEventListener('close', ({ code }) => {
    const meaning = toText(served.closeCodes[code])
    tellState(code === 1000 || code === 1005 ? 'closed' : 'lost', `Closed with ${code}. ${meaning}`)
    record('note', `Closed with ${code}. ${meaning}`)
    subscriptionList.replaceChildren()
    if (input('token').value !== '') say(paragraph('login-state'), TOKEN_WAITS)
    socket = undefined
  })
}

/** @param {string} text */
function send(text) {
  if (socket?.readyState !== WebSocket.OPEN) return
  socket.send(text)
  record('sent', text)
}

/** @param {string} text */
function receive(text) {
  record('received', text)
  const { type, id, channel, cursor, payload } = toJson(parse(text))
  const told = toJson(payload)
  const seen = toText(cursor) || toText(told['cursor'])
  if (seen !== '') {
    lastCursor = seen
    button('use-cursor').disabled = false
  }
  if (asked !== undefined && asked.id === id && (type === 'Subscribed' || type === 'Error')) {
    asked = undefined
    say(paragraph('subscribe-state'), type === 'Error' ? problemText(told) : '', true)
  }
  if (type === 'Subscribed') addSubscription(id, toText(told['channel']))
  if (type === 'Unsubscribed') removeSubscription(id, toText(channel))
  if (type === 'Authenticated') {
    const minutes = Math.round(Number(told['expires_in']) / 60)
    say(
      paragraph('login-state'),
      `Logged in as ${toText(told['subject'])}, for ${minutes} minutes.`,
    )
  }
  if (type === 'Error' && id === LOGIN_ID) say(paragraph('login-state'), problemText(told), true)
  if (type === 'Expiring') {
    say(paragraph('login-state'), 'The token is about to end: log in again.', true)
  }
}

// Logging in.

async function logIn() {
  const place = paragraph('login-state')
  const credentials = { username: input('username').value, password: input('password').value }
  say(place, 'Logging in …')
  const response = await fetch('/actions/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  const answer = toJson(parse(await response.text()))
  if (!response.ok) {
    say(place, problemText(answer), true)
    return
  }
  input('password').value = ''
  input('token').value = toText(answer['access_token'])
  say(place, TOKEN_WAITS)
  authenticate()
}

function authenticate() {
  send(
    JSON.stringify({
      type: 'Authenticate',
      id: LOGIN_ID,
      payload: { token: input('token').value },
    }),
  )
}

// Subscriptions.

function subscribe() {
  const place = paragraph('subscribe-state')
  const filter = area('filter').value.trim()
  if (filter !== '' && parse(filter) === undefined) {
    say(place, 'The filter is no JSON.', true)
    area('filter').focus()
    return
  }
  say(place, '')
  const checked = document.querySelectorAll('input[name=op]:checked')
  const ops = [...checked].map((box) => box.getAttribute('value'))
  const since = input('since').value.trim()
  const id = input('id').value.trim()
  const payload = {
    channel: channelSelect.value,
    ...(ops.length > 0 && { ops }),
    ...(filter !== '' && { filter: parse(filter) }),
    ...(since !== '' && { since }),
  }
  const named = id === '' ? {} : { id: /^\d{1,15}$/.test(id) ? Number(id) : id }
  asked = { id: undefined, ...named }
  send(JSON.stringify({ type: 'Subscribe', ...named, payload }))
}

/** @param {unknown} id @param {string} channel */
function nameOf(id, channel) {
  return id === undefined ? channel : `${channel}, id ${JSON.stringify(id)}`
}

/** @param {unknown} id @param {string} channel */
function addSubscription(id, channel) {
  const name = nameOf(id, channel)
  const row = document.createElement('li')
  row.dataset['name'] = name
  const end = document.createElement('button')
  end.type = 'button'
  end.textContent = 'Unsubscribe'
  end.setAttribute('aria-label', `Unsubscribe from ${name}`)
  end.addEventListener('click', () => {
    send(
      JSON.stringify({
        type: 'Unsubscribe',
        ...(id === undefined ? { payload: channel } : { id }),
      }),
    )
  })
  row.append(textElement('code', name), end)
  subscriptionList.append(row)
}

/** @param {unknown} id @param {string} channel */
function removeSubscription(id, channel) {
  const name = nameOf(id, channel)
  const found = [...subscriptionList.children].find(
    (row) => row instanceof HTMLElement && row.dataset['name'] === name,
  )
  found?.remove()
}

function describeChannel() {
  paragraph('channel-description').textContent = served.descriptions.get(channelSelect.value) ?? ''
}

/** Reads from the document what can be subscribed to. */
async function readDocument() {
  const { info, channels } = toJson(parse(await (await fetch('/asyncapi.json')).text()))
  byId('title', HTMLElement).textContent = toText(toJson(info)['title'])
  const { Socket: frames, ...streams } = toJson(channels)
  served.path = toText(toJson(frames)['address']) || served.path
  served.closeCodes = toJson(toJson(frames)['x-close-codes'])
  for (const [name, stream] of Object.entries(streams)) {
    if (name.startsWith('Call.')) continue
    served.descriptions.set(name, toText(toJson(stream)['description']))
    channelSelect.append(new Option(name, name))
  }
  describeChannel()
}

/** @param {string} id @param {() => unknown} act */
function onSubmit(id, act) {
  form(id).addEventListener('submit', (event) => {
    event.preventDefault()
    act()
  })
}

button('connect').addEventListener('click', connect)
button('disconnect').addEventListener('click', () => socket?.close(1000))
button('ping').addEventListener('click', () => send(JSON.stringify({ type: 'Ping' })))
button('pause').addEventListener('click', pause)
button('clear').addEventListener('click', clear)
button('use-cursor').addEventListener('click', () => {
  input('since').value = lastCursor
})
input('search').addEventListener('input', search)
channelSelect.addEventListener('change', describeChannel)
onSubmit('login', () =>
  logIn().catch(() => say(paragraph('login-state'), 'The server does not answer.', true)),
)
onSubmit('authenticate', authenticate)
onSubmit('subscribe', subscribe)
onSubmit('raw', () => send(area('frame').value))
readDocument().catch(() => say(paragraph('subscribe-state'), 'The channels can’t be read.', true))
