/** Reads which links a caller wants put into the items it reads. */
import { InvalidError } from '../errors.ts'
import type { Resource } from '../resource/resource.ts'
import { NOT_KNOWN, type ParseScope } from './parse-scope.ts'

/** A link to put into items, and those to put into what it leads to. */
export interface Include {
  readonly link: string
  readonly includes: readonly Include[]
}

const MAX_DEPTH = 3
const MAX_LINKS = 20
/** A path that is longer names nothing; it is not repeated in full. */
const MAX_ECHO = 130

/**
 * Includes from a stranger's text, `author,author.authored_message_count`. A path brings the links on its way; naming one
 * twice is naming it once.
 * @throws InvalidError for links that are not known, too many of them, or too deep ones
 */
export function parseInclude(text: string, scope: ParseScope): readonly Include[] {
  const refuse = (detail: string): never => {
    throw new InvalidError([{ pointer: scope.pointer, detail }])
  }
  const root: Branch = { resource: scope.resource, branches: new Map() }
  const tooMany = `must be at most ${MAX_LINKS} links`
  const paths = text.split(',', MAX_LINKS + 1)
  if (paths.length > MAX_LINKS) refuse(tooMany)
  let links = 0
  for (const path of paths) {
    const names = path.split('.', MAX_DEPTH + 1)
    if (names.length > MAX_DEPTH) refuse(`must not go deeper than ${MAX_DEPTH} links`)
    let branch = root
    for (const name of names) {
      const known = branch.branches.get(name)
      const next = known ?? follow(branch.resource, name, scope)
      if (next === undefined) {
        return refuse(`names '${path.slice(0, MAX_ECHO)}', which ${NOT_KNOWN}`)
      }
      if (known === undefined) links += 1
      branch.branches.set(name, next)
      branch = next
    }
    if (links > MAX_LINKS) refuse(tooMany)
  }
  return freeze(root)
}

interface Branch {
  /** Undefined: a number, which has no links. */
  readonly resource: Resource | undefined
  readonly branches: Map<string, Branch>
}

function follow(
  resource: Resource | undefined,
  name: string,
  { registry, isKnown }: ParseScope,
): Branch | undefined {
  if (resource === undefined || !Object.hasOwn(resource.links, name)) return undefined
  const link = resource.links[name]
  if (link === undefined || isKnown?.(resource, name) === false) return undefined
  const target = link.kind === 'hasCount' ? undefined : registry.targetOf(link)
  return { resource: target, branches: new Map() }
}

function freeze({ branches }: Branch): readonly Include[] {
  return Object.freeze(
    [...branches].map(([link, branch]) => Object.freeze({ link, includes: freeze(branch) })),
  )
}
