/** A small world for events: cards that some see and some don't, and letters that the keepers of their box see. */
import Type from 'typebox'
import type { WireItem } from '../../framework/event/change.ts'
import { attribute } from '../../framework/resource/attribute.ts'
import { belongsTo, hasMany } from '../../framework/resource/link.ts'
import { resources } from '../../framework/resource/registry.ts'
import { resource } from '../../framework/resource/resource.ts'
import { reference } from '../../framework/resource/standard-attributes.ts'
import type { Access } from '../../framework/security/access.ts'
import { accessRules } from '../../framework/security/access-rules.ts'
import type { Authorization } from '../../framework/security/authorization.ts'
import type { ScriptedChange } from './scripted-feed.ts'

const NAME = Type.String({ maxLength: 40 })

const card = resource('card', {
  attributes: {
    id: attribute(NAME).immutable(),
    text: Type.String(),
    author: NAME,
    is_public: attribute(Type.Boolean()),
    draft: attribute(Type.String()).nullable(),
    seal: attribute(Type.String()).nullable().secret(),
  },
})
const box = resource('box', {
  attributes: { id: attribute(NAME).immutable() },
  links: { keepers: hasMany('keeper', 'box_id') },
})
const keeper = resource('keeper', {
  attributes: { box_id: reference('box', NAME).immutable(), person: attribute(NAME).immutable() },
  key: ['box_id', 'person'],
})
const letter = resource('letter', {
  attributes: {
    id: attribute(NAME).immutable(),
    text: Type.String(),
    box_id: reference('box', NAME),
  },
  links: { box: belongsTo('box', 'box_id') },
})

/** All of them. */
export const cards = resources({ card, box, keeper, letter })

const RULES = {
  /** The public ones, one's own, and all for admins; what is drafted is the author's alone. */
  card: accessRules(cards, 'card', ({ row, me }) => ({
    read: row.is_public.eq(true).or(row.author.eq(me.id)).or(me.scope('admin')),
    attributes: { draft: { read: row.author.eq(me.id) } },
  })),
  letter: accessRules(cards, 'letter', ({ row, me }) => ({
    read: row.box.some((held) => held.keepers.some((one) => one.person.eq(me.id))),
  })),
  keeper: accessRules(cards, 'keeper', ({ me }) => ({ read: me.scope('admin') })),
}

/** What a caller may do; boxes have no rules, so that nobody reaches them. */
export function accessToCards(name: string, caller: Authorization): Access | undefined {
  switch (name) {
    case 'card':
    case 'letter':
    case 'keeper':
      return RULES[name].accessOf(caller)
    default:
      return undefined
  }
}

/** Somebody with a token. */
export function somebody(
  subject: string,
  facts: { readonly scopes?: readonly string[]; readonly expiresAtSeconds?: number } = {},
): Authorization {
  return Object.freeze({
    subject,
    scopes: new Set(facts.scopes ?? []),
    session: `session of ${subject}`,
    expiresAtSeconds: facts.expiresAtSeconds ?? 4_000_000_000,
  })
}

/** A card as the log has it: public and ann's, unless told. */
export function cardItem(id: string, facts: WireItem = {}): WireItem {
  return { id, text: `text of ${id}`, author: 'ann', is_public: true, draft: null, ...facts }
}

/** The creation of a card. */
export function cardCreated(id: string, facts: WireItem = {}): ScriptedChange {
  return { resource: 'card', operation: 'create', key: id, after: cardItem(id, facts) }
}

/** The creation of a letter. */
export function letterCreated(id: string, boxId: string): ScriptedChange {
  const after = { id, text: `text of ${id}`, box_id: boxId }
  return { resource: 'letter', operation: 'create', key: id, after }
}
