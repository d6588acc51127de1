/** What is seen of a row, and by whom alike. */
import t from 'tap'
import { createView, viewKeyOf, type Sight } from '../../../framework/event/view.ts'
import { ALL, type Filter } from '../../../framework/filter/filter.ts'
import { openAccess, type Access } from '../../../framework/security/access.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { accessToCards, cardItem, cards, somebody } from '../../kit/cards.ts'

const card = cards.resource('card')

function accessOf(caller: Authorization, name = 'card'): Access {
  return accessToCards(name, caller) ?? openAccess(cards.resource(name), caller)
}

function viewOf(
  access: Access,
  { name = 'card', filter = ALL }: { readonly name?: string; readonly filter?: Filter } = {},
) {
  return createView({ registry: cards, resource: cards.resource(name), access, filter })
}

function look(caller: Authorization, item: ReturnType<typeof cardItem>, name = 'card'): Sight {
  return viewOf(accessOf(caller, name), { name }).look(item)
}

t.test('a row is seen as far as the rules go, attribute by attribute', (t) => {
  const plain = ['id', 'text', 'author', 'is_public']
  t.same(look(ANONYMOUS, cardItem('c')), plain)
  t.same(look(somebody('ann'), cardItem('c')), [...plain, 'draft'])
  t.same(look(somebody('bob'), cardItem('c')), plain)
  t.equal(look(somebody('bob'), cardItem('c', { is_public: false })), 'unseen')
  t.equal(look(somebody('bob'), cardItem('c', { is_public: null })), 'unseen', 'unknown is not yes')
  t.end()
})

t.test('secrets are seen by nobody, whatever the access says', (t) => {
  const open = openAccess(card, ANONYMOUS)
  const readable = { ...open.attributes['text'], readable: { kind: 'all' } } as const
  const access = { ...open, attributes: { ...open.attributes, seal: readable } } as Access
  const view = viewOf(access)
  t.same(view.look(cardItem('c', { seal: 's' })), ['id', 'text', 'author', 'is_public', 'draft'])
  t.end()
})

t.test('what memory can not tell is not guessed', (t) => {
  t.equal(look(somebody('ann'), { id: 'l', text: '', box_id: 'b' }, 'letter'), 'untold')
  t.equal(look(somebody('ann'), { id: 'c', is_public: true }), 'untold', 'an attribute rule')
  t.end()
})

t.test('callers whose rules come to the same share a key', (t) => {
  const keyOf = (caller: Authorization): string => viewKeyOf(accessOf(caller), ALL)
  t.equal(keyOf(somebody('ann')), keyOf(somebody('ann', { scopes: ['other'] })))
  t.equal(keyOf(ANONYMOUS), viewKeyOf(accessOf(ANONYMOUS), ALL))
  t.not(keyOf(somebody('ann')), keyOf(somebody('bob')))
  t.not(keyOf(somebody('ann')), keyOf(somebody('ann', { scopes: ['admin'] })))
  t.not(keyOf(ANONYMOUS), keyOf(somebody('ann')))
  const open = openAccess(card, ANONYMOUS)
  const hidden = { ...open.attributes['draft'], readable: { kind: 'none' } } as const
  const narrowed = { ...open, attributes: { ...open.attributes, draft: hidden } } as Access
  t.not(viewKeyOf(narrowed, ALL), viewKeyOf(open, ALL), 'the same rows, not the same attributes')
  t.end()
})

t.test('a filter narrows what is seen, and what is alike', (t) => {
  const filter: Filter = { kind: 'compare', attribute: 'text', operator: 'eq', value: 'hi' }
  const view = viewOf(accessOf(ANONYMOUS), { filter })
  t.equal(view.look(cardItem('c')), 'unseen')
  t.equal(view.look(cardItem('c', { text: 'hi', is_public: false })), 'unseen')
  t.ok(Array.isArray(view.look(cardItem('c', { text: 'hi' }))))
  t.not(viewKeyOf(accessOf(ANONYMOUS), filter), viewKeyOf(accessOf(ANONYMOUS), ALL))
  t.end()
})

t.test('rows of other tables are looked at when they are given', (t) => {
  const access = accessOf(somebody('ann'), 'letter')
  const view = viewOf(access, { name: 'letter' })
  const rows = { box: [{ id: 'b' }], keeper: [{ box_id: 'b', person: 'ann' }] }
  const letter = { id: 'l', text: '', box_id: 'b' }
  const rowsOf = ({ target }: { readonly target: string }) => rows[target as keyof typeof rows]
  t.same(view.look(letter, { rowsOf }), ['id', 'text', 'box_id'])
  t.equal(view.look(letter, { rowsOf: () => [] }), 'unseen')
  t.end()
})
