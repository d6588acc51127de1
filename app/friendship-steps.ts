/** What two people are to each other, and what each step of one of them makes of it. Plain values: nothing is read or written. */
import { ConflictError } from '../framework/index.ts'
import type { FriendshipState } from './resources/friendship.ts'

/** What one of both can do. */
export type FriendshipStep =
  'request' | 'accept' | 'refuse' | 'withdraw' | 'remove' | 'block' | 'unblock'

/** How two people see each other; undefined: as strangers. */
export interface FriendshipPair {
  /** How the one who takes the step sees the other. */
  readonly mine: FriendshipState | undefined
  readonly theirs: FriendshipState | undefined
}

/** What a step makes of a pair. */
export interface FriendshipOutcome extends FriendshipPair {
  /** What the other is told. */
  readonly tell?: 'friend_request' | 'friend_accepted'
  /** The request that the other was told of is gone. */
  readonly isWithdrawn?: boolean
  /** The request that the one who takes the step was told of has its answer. */
  readonly isAnswered?: boolean
}

const FRIENDS: FriendshipPair = Object.freeze({ mine: 'friends', theirs: 'friends' })

/**
 * What becomes of a pair. Who was refused or blocked sees and does the same as who has no answer yet.
 * @throws ConflictError when there is nothing that the step could be about; it tells only what `mine` tells
 */
export function takeStep(step: FriendshipStep, pair: FriendshipPair): FriendshipOutcome {
  const { mine, theirs } = pair
  switch (step) {
    case 'request':
      return requested(pair)
    case 'accept':
      if (mine === 'friends') return pair
      if (theirs !== 'requested' || (mine !== 'asked' && mine !== 'refused')) {
        throw new ConflictError('This person has not asked you.')
      }
      return { ...FRIENDS, tell: 'friend_accepted', isAnswered: true }
    case 'refuse':
      if (mine !== 'asked' && mine !== 'refused') {
        throw new ConflictError('This person has not asked you.')
      }
      // It stays when the other withdraws: asking again reaches nobody.
      return { mine: 'refused', theirs, isAnswered: true }
    case 'withdraw': {
      if (mine !== 'requested') throw new ConflictError('You have not asked this person.')
      const isWithdrawn = theirs === 'asked'
      return { mine: undefined, theirs: isWithdrawn ? undefined : theirs, isWithdrawn }
    }
    case 'remove':
      if (mine !== 'friends') throw new ConflictError('You are not friends.')
      return { mine: undefined, theirs: undefined }
    case 'block':
      return blocked(pair)
    case 'unblock':
      if (mine !== 'blocked') throw new ConflictError('You have not blocked this person.')
      return { mine: undefined, theirs }
  }
}

function requested({ mine, theirs }: FriendshipPair): FriendshipOutcome {
  if (mine === 'blocked') {
    throw new ConflictError('You have blocked this person. Unblock it before you ask.')
  }
  if (mine === 'friends') return FRIENDS
  // Both want it, whoever was first, and whatever was refused before.
  if (theirs === 'requested') return { ...FRIENDS, tell: 'friend_accepted', isAnswered: true }
  if (theirs !== undefined) return { mine: 'requested', theirs }
  return { mine: 'requested', theirs: 'asked', tell: 'friend_request' }
}

/** To the other it looks as if the friendship had been ended, or the request withdrawn; what it has done itself, stays. */
function blocked({ theirs }: FriendshipPair): FriendshipOutcome {
  const isOwnDoing = theirs === 'requested' || theirs === 'refused' || theirs === 'blocked'
  return {
    mine: 'blocked',
    theirs: isOwnDoing ? theirs : undefined,
    isWithdrawn: theirs === 'asked',
  }
}
