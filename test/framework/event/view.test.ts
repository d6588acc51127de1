/** What is seen of a row, and by whom alike. */
import t from 'tap'
import { createView, viewKeyOf, type Sight } from '../../../framework/event/view.ts'
import { openAccess, type Access } from '../../../framework/security/access.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { accessToCards, cardItem, cards, somebody } from '../../kit/cards.ts'

const card = cards.resource('card')

function accessOf(caller: Authorization, name = 'card'): Access {
  return accessToCards(name, caller) ?? openAccess(cards.resource(name), caller)
}

function look(caller: Authorization, item: ReturnType<typeof cardItem>, name = 'card'): Sight {
  return createView(cards, cards.resource(name), accessOf(caller, name)).look(item)
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
  const view = createView(cards, card, access)
  t.same(view.look(cardItem('c', { seal: 's' })), ['id', 'text', 'author', 'is_public', 'draft'])
  t.end()
})

t.test('what memory can not tell is not guessed', (t) => {
  t.equal(look(somebody('ann'), { id: 'l', text: '', box_id: 'b' }, 'letter'), 'untold')
  t.equal(look(somebody('ann'), { id: 'c', is_public: true }), 'untold', 'an attribute rule')
  t.end()
})

t.test('callers whose rules come to the same share a key', (t) => {
  const keyOf = (caller: Authorization): string => viewKeyOf(accessOf(caller))
  t.equal(keyOf(somebody('ann')), keyOf(somebody('ann', { scopes: ['other'] })))
  t.equal(keyOf(ANONYMOUS), viewKeyOf(accessOf(ANONYMOUS)))
  t.not(keyOf(somebody('ann')), keyOf(somebody('bob')))
  t.not(keyOf(somebody('ann')), keyOf(somebody('ann', { scopes: ['admin'] })))
  t.not(keyOf(ANONYMOUS), keyOf(somebody('ann')))
  const open = openAccess(card, ANONYMOUS)
  const hidden = { ...open.attributes['draft'], readable: { kind: 'none' } } as const
  const narrowed = { ...open, attributes: { ...open.attributes, draft: hidden } } as Access
  t.not(viewKeyOf(narrowed), viewKeyOf(open), 'the same rows, not the same attributes')
  t.end()
})
