/** A page as an app would write it, on nothing but the typed client: login, search, messages that stay as they are on the server. */
import type { Api } from '../../../app/api.ts'
import { createClient } from '../../../framework/client/index.ts'

const find = (id: string): HTMLElement => document.getElementById(id) ?? document.body
const url = new URLSearchParams(location.search).get('api') ?? location.origin
const client = createClient<Api>({
  url,
  storage: localStorage,
  onLoggedOut: () => say('logged out'),
  onError: (error) => say(String(error)),
})

function say(text: string): void {
  find('state').textContent = text
}

function show(list: string, texts: readonly string[]): void {
  find(list).replaceChildren(...texts.map(entryOf))
}

function entryOf(text: string): HTMLElement {
  const entry = document.createElement('li')
  entry.textContent = text
  return entry
}

/** Does what a form asks for, and says how it went. */
function onSubmit(id: string, work: (field: (name: string) => string) => Promise<string>): void {
  const form = find(id)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const fields = form instanceof HTMLFormElement ? new FormData(form) : new FormData()
    const field = (name: string): string => {
      const value = fields.get(name)
      return typeof value === 'string' ? value : ''
    }
    work(field).then(say, (error: unknown) => say(String(error)))
  })
}

onSubmit('login', async (field) => {
  await client.login(field('username'), field('password'))
  return 'logged in'
})

onSubmit('search', async (field) => {
  const where = { text: { contains: field('text') } }
  const page = await client.message.search({ where, include: 'author' })
  const texts = page.results.map(({ item }) => `${item.author?.username ?? '?'}: ${item.text}`)
  show('found', texts)
  return `found ${texts.length}`
})

onSubmit('create', async (field) => {
  const { item, etag } = await client.message.create({ text: field('text') })
  return `created ${item.text}${etag === undefined ? '' : ', with its ETag'}`
})

client.message.live(
  { where: { text: { startswith: 'chat ' } }, order: ['created_at', 'id'] },
  (rows) =>
    show(
      'live',
      rows.map(({ item }) => item.text),
    ),
)
client.channel('on_create_message').subscribe(({ item }) => {
  find('events').append(entryOf(item?.text ?? ''))
})
