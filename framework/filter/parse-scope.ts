/** What a parser of strangers' filters works with: what may be named, how much there may be, and the faults so far. */
import { InvalidError, type Fault } from '../errors.ts'
import type { Attribute } from '../resource/attribute.ts'
import type { Registry } from '../resource/registry.ts'
import { findAttribute, type Resource } from '../resource/resource.ts'

/** Which names a caller may use. */
export interface Knowledge {
  /**
   * Whether the caller may name an attribute or link; what it may not is told like what does not exist. Default: all that the
   * declaration shows. This is about names alone: securing what was parsed stays needed.
   */
  readonly isKnown?: (resource: Resource, name: string) => boolean
}

/** Of what and from where something is parsed. */
export interface ParseScope extends Knowledge {
  readonly registry: Registry
  readonly resource: Resource
  /** Where the text stands in what the caller sent, such as `/filter`; pointers of faults begin with it. */
  readonly pointer: string
  /** Deepest nesting of filters in filters; default 8. */
  readonly maxDepth?: number
  /** Most conditions, words of queries, links, `and`, `or` and `not` together; default 64. */
  readonly maxNodes?: number
}

/** A parser's memory of one text. */
export interface Reading extends Required<Knowledge> {
  readonly registry: Registry
  readonly maxDepth: number
  /** Remembers a fault. @throws InvalidError when there are enough to tell */
  fault(pointer: string, detail: string): void
  /** Counts one part of the filter. @throws InvalidError when there are too many */
  count(pointer: string): void
  /** @throws InvalidError with the faults, if there are any */
  finish(): void
}

/** What is told of a name that does not exist, or not for the caller. */
export const NOT_KNOWN = 'is not known here'

const MAX_DEPTH = 8
const MAX_NODES = 64
/** Most faults that one answer lists; the rest is not looked for. */
const MAX_FAULTS = 20

/** The attribute of that name, if the caller may name it. Secret ones are named by nobody. */
export function knownAttribute(
  resource: Resource,
  name: string,
  { isKnown }: Knowledge,
): Attribute | undefined {
  const attribute = findAttribute(resource, name)
  return attribute?.readable === true && isKnown?.(resource, name) !== false ? attribute : undefined
}

/** Begins to read one text. */
export function openReading({
  registry,
  isKnown = () => true,
  maxDepth = MAX_DEPTH,
  maxNodes = MAX_NODES,
}: ParseScope): Reading {
  const faults: Fault[] = []
  let nodes = 0
  return Object.freeze<Reading>({
    registry,
    maxDepth,
    isKnown,
    fault(pointer, detail) {
      faults.push({ pointer, detail })
      if (faults.length === MAX_FAULTS) throw new InvalidError(faults)
    },
    count(pointer) {
      nodes += 1
      if (nodes <= maxNodes) return
      throw new InvalidError([
        ...faults,
        { pointer, detail: `is one part too many: at most ${maxNodes}` },
      ])
    },
    finish() {
      if (faults.length > 0) throw new InvalidError(faults)
    },
  })
}
