/** The rows of the table of rights: what can be done with each kind of row, and with each part of it that not everybody reads or writes. */
import { VISIBILITIES } from '../../app/resources/user.ts'
import { ADMIN_KEY } from './messenger.ts'
import type { People } from './rights-people.ts'
import type { Maker, RowMakers } from './rights-rows.ts'
import {
  ROW_OPERATIONS,
  type Cases,
  type CreateCase,
  type PartCase,
  type RowCase,
  type RowOperation,
} from './rights.ts'

type Makers = Readonly<Record<string, Maker>>

/** Nobody updates such rows; that they go is for an event to tell of. */
const NO_CHANGE = Object.freeze({})

/** What the table is about. */
export function makeCases(make: RowMakers, people: People): Cases {
  return {
    creates: createCases(make, people),
    rows: [
      ...messageCases(make, people),
      ...conversationCases(make, people),
      ...userCases(make, people),
      ...personalCases(make, people),
      ...attachmentCases(make, people),
    ],
    parts: [
      ...profileParts(make, people),
      ...avatarParts(make, people),
      ...memberParts(make, people),
      ...accountParts(make, people),
    ],
  }
}

function rowsOf(
  resource: string,
  change: RowCase['change'],
  { rows, operations = ROW_OPERATIONS }: { rows: Makers; operations?: readonly RowOperation[] },
): readonly RowCase[] {
  return Object.entries(rows).map(([name, make]) => ({ resource, name, make, change, operations }))
}

function messageCases(
  make: RowMakers,
  { owner, member, former, blocked, others: [pat], group, ended, dialogue }: People,
): readonly RowCase[] {
  const { messageOf, versionOf, reactionOf } = make
  const text = { text: 'Hello again' }
  const messages = {
    'of the owner, in the public room': messageOf(owner, null),
    'of the owner, in the group': messageOf(owner, group),
    'of the member, in the group': messageOf(member, group),
    'of the former member, in the group': messageOf(former, group),
    'of the owner, to the blocked': messageOf(owner, ended),
    'of the blocked, to the owner': messageOf(blocked, ended),
    'in a dialogue of others': messageOf(pat, dialogue),
  }
  const versions = {
    'of a message of the owner, in the public room': versionOf(owner, null),
    'of a message of the owner, in the group': versionOf(owner, group),
    'of a message of the former member, in the group': versionOf(former, group),
    'of a message of the owner, to the blocked': versionOf(owner, ended),
  }
  const reactions = {
    'of the member, in the public room': reactionOf(member, owner, null),
    'of the member, in the group': reactionOf(member, owner, group),
    'of the former member, in the group': reactionOf(former, owner, group),
    'of the blocked, to a message of the owner': reactionOf(blocked, owner, ended),
    'in a dialogue of others': reactionOf(pat, pat, dialogue),
  }
  return [
    ...rowsOf('message', text, { rows: messages }),
    ...rowsOf('message_version', text, { rows: versions }),
    ...rowsOf('message_reaction', NO_CHANGE, { rows: reactions }),
  ]
}

function conversationCases(
  { memberOf }: RowMakers,
  { owner, member, others: [pat], group, ended, dialogue }: People,
): readonly RowCase[] {
  const conversations = {
    'the group of the owner': fixed(group),
    'the dialogue of the owner and the blocked': fixed(ended),
    'a dialogue of others': fixed(dialogue),
  }
  const members = {
    'the owner, in the group': memberOf(group, owner),
    'the member, in the group': memberOf(group, member),
    'the owner, with the blocked': memberOf(ended, owner),
    'somebody, in a dialogue of others': memberOf(dialogue, pat),
  }
  return [
    ...rowsOf('conversation', { title: 'Cellar' }, { rows: conversations }),
    ...rowsOf('conversation_member', { muted: true }, { rows: members }),
  ]
}

function fixed(key: string): Maker {
  return () => Promise.resolve(key)
}

function userCases(
  { user, sessionOf, securityEvent }: RowMakers,
  { owner }: People,
): readonly RowCase[] {
  const named = { full_name: 'Anybody' }
  return [
    ...rowsOf('user', named, { rows: { 'somebody else': user } }),
    // Nobody is deleted who has written something.
    ...rowsOf('user', named, {
      rows: { 'the owner': fixed(owner.key) },
      operations: ['read', 'update'],
    }),
    ...rowsOf('session', NO_CHANGE, { rows: { 'of the owner': sessionOf(owner) } }),
    ...rowsOf('security_event', NO_CHANGE, { rows: { 'of anybody': securityEvent } }),
  ]
}

function personalCases(make: RowMakers, people: People): readonly RowCase[] {
  const { friendshipOf, userWith, exportOf, notificationOf } = make
  const { owner } = people
  const friendships = {
    'of the owner': friendshipOf((other_id) => ({ user_id: owner.key, other_id })),
    'of another, with the owner': friendshipOf((user_id) => ({ user_id, other_id: owner.key })),
  }
  const availabilities = {
    'shown to everyone': userWith({}, people),
    'shown to friends': userWith({ presence_visibility: 'friends' }, people),
    'shown to nobody': userWith({ presence_visibility: 'nobody' }, people),
  }
  const notifications = { 'of the owner': notificationOf(owner) }
  return [
    ...rowsOf('friendship', NO_CHANGE, { rows: friendships }),
    ...rowsOf('availability', NO_CHANGE, { rows: availabilities }),
    ...rowsOf('data_export', NO_CHANGE, { rows: { 'of the owner': exportOf(owner) } }),
    ...rowsOf('notification', { is_read: true }, { rows: notifications }),
  ]
}

function attachmentCases(make: RowMakers, people: People): readonly RowCase[] {
  const { owner, former, others, group, ended, dialogue } = people
  const { attachmentOf, messageOf, avatarOf, userWith } = make
  const [pat] = others
  const rows = {
    'of the owner, attached to nothing': attachmentOf(owner),
    'of a message of the owner, in the public room': attachmentOf(owner, messageOf(owner, null)),
    'of a message of the owner, in the group': attachmentOf(owner, messageOf(owner, group)),
    'of a message of the former member, in the group': attachmentOf(
      former,
      messageOf(former, group),
    ),
    'of a message of the owner, to the blocked': attachmentOf(owner, messageOf(owner, ended)),
    'in a dialogue of others': attachmentOf(pat, messageOf(pat, dialogue)),
    'an avatar for everyone': avatarOf(userWith({}, people)),
    'an avatar for friends': avatarOf(userWith({ avatar_visibility: 'friends' }, people)),
    'an avatar for nobody': avatarOf(userWith({ avatar_visibility: 'nobody' }, people)),
  }
  // Nothing of it is updated by anybody; its change is for an event to tell of.
  return rowsOf('attachment', { name: 'chair.jpg' }, { rows, operations: ['read', 'delete'] })
}

/** What people tell of themselves, to whom they want. */
function profileParts({ userWith, userAs }: RowMakers, people: People): readonly PartCase[] {
  const { key: owner } = people.owner
  const canaries = { full_name: 'A canary', about: 'A canary', email_address: 'canary@example.org' }
  return Object.entries(canaries).flatMap(([attribute, value]) => {
    const partOf = (name: string, make: Maker) => ({ resource: 'user', name, attribute, make })
    const shownTo = (visibility: string) => ({
      [attribute]: value,
      [`${attribute}_visibility`]: visibility,
    })
    return [
      ...VISIBILITIES.map((one) => partOf(`for ${one}`, userWith(shownTo(one), people))),
      partOf('the owner, for nobody', userAs(owner, shownTo('nobody'))),
    ]
  })
}

function avatarParts(make: RowMakers, people: People): readonly PartCase[] {
  const { userWith, userAs, shownUser } = make
  const of = { resource: 'user', attribute: 'avatar_id' }
  // Another avatar would have to be the caller's own.
  const gone = { value: null }
  const ofOwner = userAs(people.owner.key, { avatar_visibility: 'nobody' })
  return [
    ...VISIBILITIES.map((avatar_visibility) => ({
      ...of,
      ...(avatar_visibility === 'everyone' && gone),
      name: `for ${avatar_visibility}`,
      make: shownUser(userWith({ avatar_visibility }, people)),
    })),
    { ...of, ...gone, name: 'the owner, for nobody', make: shownUser(ofOwner) },
  ]
}

/** What people and admins alone know of users, or change. */
function accountParts({ user, userAs }: RowMakers, people: People): readonly PartCase[] {
  const { key: owner } = people.owner
  const partOf = (attribute: string, value?: unknown) => (name: string, make: Maker) => ({
    resource: 'user',
    name,
    attribute,
    make,
    value,
  })
  const address = { confirmed_address: 'canary@example.org' }
  const known = partOf('confirmed_address')
  const visibility = partOf('email_address_visibility', 'everyone')
  const admin = partOf('admin', true)
  const blocked = partOf('blocked', true)
  return [
    known('somebody else', () => user(address)),
    known('the owner', userAs(owner, address)),
    visibility('somebody else', user),
    visibility('the owner', userAs(owner, { email_address_visibility: 'nobody' })),
    admin('somebody else', user),
    partOf('admin', false)('the admin', fixed(ADMIN_KEY)),
    blocked('somebody else', user),
    // Nobody is let block the owner, who would be asked nothing afterwards.
    partOf('blocked')('the owner', fixed(owner)),
    blocked('the admin', fixed(ADMIN_KEY)),
    // The last: whoever becomes an admin has to log in anew.
    admin('the owner', userAs(owner, { admin: false })),
  ]
}

function memberParts(
  { memberOf }: RowMakers,
  { owner, member, group }: People,
): readonly PartCase[] {
  const rows = {
    'the owner, in the group': memberOf(group, owner),
    'the member, in the group': memberOf(group, member),
  }
  return Object.entries(rows).map(([name, make]) => ({
    resource: 'conversation_member',
    name,
    attribute: 'muted',
    make,
  }))
}

function createCases(
  { messageOf }: RowMakers,
  { owner, group, ended }: People,
): readonly CreateCase[] {
  const createOf = (resource: string, name: string, item: CreateCase['item']): CreateCase => {
    return { resource, name, item }
  }
  const said = (place: string, where: object) =>
    createOf('message', place, () => Promise.resolve({ text: 'Hello', ...where }))
  const reacted = (place: string, conversation: string | null) =>
    createOf('message_reaction', `to a message ${place}`, async () => ({
      message_id: await messageOf(owner, conversation)(),
      emoji: '👍',
    }))
  return [
    said('in the public room', {}),
    said('in the group', { conversation_id: group }),
    said('between the owner and the blocked', { conversation_id: ended }),
    reacted('in the public room', null),
    reacted('in the group', group),
    reacted('of the owner to the blocked', ended),
    {
      ...createOf('conversation', 'a group', () => Promise.resolve({ title: 'Attic' })),
      sets: { kind: 'group', last_message_at: '2026-01-01T00:00:00.000Z' },
    },
  ]
}
