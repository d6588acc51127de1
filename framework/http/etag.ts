/** Entity tags: one for each version of a row as one caller sees it (RFC 9110 §8.8.3). */
import { createHmac } from 'node:crypto'
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from '../security/authorization.ts'
import { VERSION, type Result } from '../store/store.ts'

/** Makes tags and reads them back. */
export interface ETags {
  /** The strong tag of a result; another when the row, the caller's rights or what the caller may read of it changes. */
  tagOf(resource: Resource, result: Result, caller: Authorization): string
  /** Whether `If-None-Match` names the tag, which is compared weakly (RFC 9110 §13.1.2). */
  isNamed(ifNoneMatch: string, tag: string): boolean
  /** Whether `If-Match` names the tag, which is compared strongly (RFC 9110 §13.1.1). */
  isMatched(ifMatch: string, tag: string): boolean
  /**
   * The versions that `If-Match` asks for; undefined for `*`, which is all of them. Weak tags, tags of other callers and what is no
   * tag ask for a version that no row has.
   */
  versionsOf(ifMatch: string, caller: Authorization): readonly string[] | undefined
}

/** Characters of base64url that tell callers apart: 66 bits. */
const CALLER_LENGTH = 11
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g
const OURS = /^"([0-9]{1,19})-[0-9a-z]{1,7}-([\w-]{11})"$/

/** @param key secret of the tags, the same on every server: without it nobody makes the tag of another caller */
export function createETags(key: Uint8Array): ETags {
  const kept = new WeakMap<Authorization, string>()
  function callerTag(caller: Authorization): string {
    const found = kept.get(caller)
    if (found !== undefined) return found
    const text = JSON.stringify([caller.subject ?? null, [...caller.scopes].sort()])
    const made = createHmac('sha256', key).update(text).digest('base64url').slice(0, CALLER_LENGTH)
    kept.set(caller, made)
    return made
  }
  return Object.freeze<ETags>({
    tagOf: (resource, result, caller) =>
      `"${result[VERSION]}-${shapeOf(resource, result)}-${callerTag(caller)}"`,
    isNamed: (ifNoneMatch, tag) =>
      isAny(ifNoneMatch) || tagsIn(ifNoneMatch).some(({ opaque }) => opaque === tag),
    isMatched: (ifMatch, tag) =>
      isAny(ifMatch) || tagsIn(ifMatch).some(({ isWeak, opaque }) => !isWeak && opaque === tag),
    versionsOf(ifMatch, caller) {
      if (isAny(ifMatch)) return undefined
      return tagsIn(ifMatch).flatMap(({ isWeak, opaque }) => {
        const [, version = '', owner] = OURS.exec(opaque) ?? []
        return !isWeak && owner === callerTag(caller) ? [version] : []
      })
    },
  })
}

function isAny(field: string): boolean {
  return field.trim() === '*'
}

function tagsIn(field: string): readonly { readonly isWeak: boolean; readonly opaque: string }[] {
  return [...field.matchAll(TAG)].map(([, weak, opaque = '']) => ({
    isWeak: weak !== undefined,
    opaque,
  }))
}

/** What may differ between two sights of one version: which attributes are there, and what the caller may do. */
function shapeOf(resource: Resource, { item, updatable, deletable }: Result): string {
  let shape = (updatable ? 1 : 0) + (deletable ? 2 : 0)
  for (const name of resource.attributeNames) {
    shape = (Math.imul(shape, 31) + (name in item ? 1 : 0)) >>> 0
  }
  return shape.toString(36)
}
