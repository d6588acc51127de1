/**
 * The pages of letters. With the token of one in its fragment it asks for a new password, or whether an address is right; without, for
 * the address to which a letter should go.
 */

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

const ask = byId('ask', HTMLFormElement)
const choose = byId('choose', HTMLFormElement)
const confirm = byId('confirm', HTMLFormElement)
const email = byId('email', HTMLInputElement)
const password = byId('password', HTMLInputElement)
const status = byId('status', HTMLParagraphElement)

const token = new URLSearchParams(location.hash.slice(1)).get('token')
// Whoever looks into the history finds no secret.
history.replaceState(null, '', location.pathname)

/**
 * Calls an action of this server.
 * @param {string} name
 * @param {object} input
 * @returns {Promise<string | undefined>} why it was refused; undefined when it was done
 */
async function call(name, input) {
  try {
    // The server may be under a path of a balancer's.
    const response = await fetch(new URL(`../actions/${name}`, location.href), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    if (response.ok) return undefined
    /** @type {unknown} */
    const body = await response.json()
    const problem =
      /** @type {{ detail?: string, title?: string, errors?: { pointer: string, detail: string }[] }} */ (
        body
      )
    const faults = (problem.errors ?? []).map(
      ({ pointer, detail }) => `${pointer.replace('/', '')} ${detail}`,
    )
    return faults.length > 0 ? faults.join('; ') : (problem.detail ?? problem.title ?? 'It failed.')
  } catch {
    return 'The server does not answer. Try again.'
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {() => Promise<string | undefined>} send
 * @param {string} done what is said when it was done
 */
function serve(form, send, done) {
  const button = form.querySelector('button')
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (button === null) return
    button.disabled = true
    status.textContent = ''
    void send().then((refusal) => {
      button.disabled = false
      form.hidden = refusal === undefined
      status.textContent = refusal ?? done
    })
  })
}

if (token !== null && location.pathname.endsWith('/confirm')) {
  serve(confirm, () => call('confirm-address', { token }), 'Thank you. The address is confirmed.')
} else if (token === null) {
  serve(
    ask,
    () => call('recover-password', { email_address: email.value }),
    'If an account has this address, a mail is on its way. Look into your inbox.',
  )
} else {
  serve(
    choose,
    () => call('reset-password', { token, password: password.value }),
    'Your password is changed. Log in with it.',
  )
}
