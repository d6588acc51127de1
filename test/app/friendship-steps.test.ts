/** Tests friendship-steps.ts: every step on every pair that steps can lead to. */
import { test } from 'tap'
import { takeStep, type FriendshipPair, type FriendshipStep } from '../../app/friendship-steps.ts'
import { ConflictError } from '../../framework/index.ts'

const STEPS = ['request', 'accept', 'refuse', 'withdraw', 'remove', 'block', 'unblock'] as const

const nameOf = ({ mine, theirs }: FriendshipPair): string =>
  `${mine ?? 'stranger'} ${theirs ?? 'stranger'}`

function outcome(step: FriendshipStep, pair: FriendshipPair): string {
  try {
    const { tell, isWithdrawn, isAnswered, ...after } = takeStep(step, pair)
    const told = tell === undefined ? '' : ` tells ${tell}`
    const gone = `${isWithdrawn === true ? ' withdrawn' : ''}${isAnswered === true ? ' answered' : ''}`
    return `${nameOf(after)}${told}${gone}`
  } catch (error) {
    if (error instanceof ConflictError) return 'conflict'
    throw error
  }
}

/** All pairs that strangers come to by steps of both, each as the one who takes the next step sees it. */
function reachable(): readonly FriendshipPair[] {
  const found = new Map<string, FriendshipPair>()
  const visit = (pair: FriendshipPair): void => {
    if (found.has(nameOf(pair))) return
    found.set(nameOf(pair), pair)
    visit({ mine: pair.theirs, theirs: pair.mine })
    for (const step of STEPS) {
      if (outcome(step, pair) !== 'conflict') visit(takeStep(step, pair))
    }
  }
  visit({ mine: undefined, theirs: undefined })
  return [...found.values()]
}

test('each step leads where it should', (t) => {
  for (const [step, mine, theirs, expected] of [
    ['request', undefined, undefined, 'requested asked tells friend_request'],
    ['request', 'requested', 'asked', 'requested asked'],
    ['request', 'asked', 'requested', 'friends friends tells friend_accepted answered'],
    ['request', 'refused', 'requested', 'friends friends tells friend_accepted answered'],
    ['request', 'friends', 'friends', 'friends friends'],
    ['request', 'blocked', undefined, 'conflict'],
    ['accept', 'asked', 'requested', 'friends friends tells friend_accepted answered'],
    ['accept', 'refused', 'requested', 'friends friends tells friend_accepted answered'],
    ['accept', 'refused', undefined, 'conflict'],
    ['accept', 'requested', 'asked', 'conflict'],
    ['accept', undefined, undefined, 'conflict'],
    ['refuse', 'asked', 'requested', 'refused requested answered'],
    ['refuse', 'requested', 'asked', 'conflict'],
    ['withdraw', 'requested', 'asked', 'stranger stranger withdrawn'],
    ['withdraw', 'friends', 'friends', 'conflict'],
    ['remove', 'friends', 'friends', 'stranger stranger'],
    ['remove', 'requested', 'asked', 'conflict'],
    ['block', undefined, undefined, 'blocked stranger'],
    ['block', 'friends', 'friends', 'blocked stranger'],
    ['block', 'requested', 'asked', 'blocked stranger withdrawn'],
    ['block', 'asked', 'requested', 'blocked requested'],
    ['block', undefined, 'blocked', 'blocked blocked'],
    ['unblock', 'blocked', 'blocked', 'stranger blocked'],
    ['unblock', 'blocked', 'requested', 'stranger requested'],
    ['unblock', undefined, 'blocked', 'conflict'],
  ] as const) {
    t.equal(outcome(step, { mine, theirs }), expected, `${step} ${nameOf({ mine, theirs })}`)
  }
  t.end()
})

test('who is refused or blocked can ask, withdraw and ask again: nothing reaches the other', (t) => {
  for (const theirs of ['refused', 'blocked'] as const) {
    for (const mine of [undefined, 'requested'] as const) {
      t.equal(outcome('request', { mine, theirs }), `requested ${theirs}`)
    }
    t.equal(outcome('withdraw', { mine: 'requested', theirs }), `stranger ${theirs}`)
  }
  t.equal(outcome('block', { mine: 'requested', theirs: 'refused' }), 'blocked refused')
  t.equal(outcome('unblock', { mine: 'blocked', theirs: 'refused' }), 'stranger refused')
  t.end()
})

test('one who is not told of what the other does sees the same, and can do the same', (t) => {
  const seen = (step: FriendshipStep, pair: FriendshipPair): string => {
    try {
      return String(takeStep(step, pair).mine)
    } catch (error) {
      return String(error)
    }
  }
  for (const step of STEPS) {
    for (const [open, hidden] of [
      ['asked', 'refused'],
      ['asked', 'blocked'],
    ] as const) {
      const mine = 'requested'
      t.equal(seen(step, { mine, theirs: open }), seen(step, { mine, theirs: hidden }), step)
    }
    const strangers = { mine: undefined, theirs: undefined }
    t.equal(seen(step, strangers), seen(step, { mine: undefined, theirs: 'blocked' }), step)
    t.equal(seen(step, strangers), seen(step, { mine: undefined, theirs: 'refused' }), step)
  }
  t.end()
})

test('both are friends or none, and who is asked has been asked', (t) => {
  const pairs = reachable()
  t.ok(pairs.length > 10)
  for (const pair of pairs) {
    const { mine, theirs } = pair
    t.equal(mine === 'friends', theirs === 'friends', nameOf(pair))
    if (mine === 'asked') t.equal(theirs, 'requested')
  }
  t.end()
})
