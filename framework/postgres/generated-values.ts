/** The values that the server makes, for one write. */
import type { Generator } from '../resource/attribute.ts'
import type { ResourceScope } from './store-scope.ts'

/** Makes the values of one write: all its times are one. */
export type MakeValue = (generator: Generator) => unknown

/** The maker for one write. What the database counts is not made here. */
export function valueMaker({ time, newId }: Pick<ResourceScope, 'time' | 'newId'>): MakeValue {
  let made: string | undefined
  return (generator) => {
    switch (generator.kind) {
      case 'uuid':
        return newId()
      case 'now':
        return (made ??= time())
      case 'value':
        return generator.value
      case 'sequence':
        return null
    }
  }
}

/** Tells the time in wire form. Many writes fall into one millisecond, whose text is made once. */
export function wireTime(now: () => number): () => string {
  let lastMs = Number.NaN
  let text = ''
  return () => {
    const ms = now()
    if (ms !== lastMs) text = new Date(ms).toISOString()
    lastMs = ms
    return text
  }
}
