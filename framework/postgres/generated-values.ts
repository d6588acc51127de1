/** The values that the server makes, for one write. */
import type { Generator } from '../resource/attribute.ts'
import type { ResourceScope } from './store-scope.ts'

/** Makes the values of one write: all its times are one. */
export type MakeValue = (generator: Generator) => unknown

/** The maker for one write. What the database counts is not made here. */
export function valueMaker({ now, newId }: Pick<ResourceScope, 'now' | 'newId'>): MakeValue {
  let time: string | undefined
  return (generator) => {
    switch (generator.kind) {
      case 'uuid':
        return newId()
      case 'now':
        return (time ??= new Date(now()).toISOString())
      case 'value':
        return generator.value
      case 'sequence':
        return null
    }
  }
}
