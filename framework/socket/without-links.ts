/** Schemas of rows that do not lead on to the rows they are linked with. */
import type { NamedSchemas } from '../resource/referred-schemas.ts'

/** The schemas of what has links: rows, and filters over them. */
const LINKED = /_(item|filter)$/
const REFERENCE = /"#\/components\/schemas\/(\w+)"/

/**
 * In place of what is linked, the schemas name where the OpenAPI document has it. Tools for AsyncAPI write references out, and links lead
 * in circles: there are more ways through a dozen resources than anything can write.
 */
export function withoutLinks(schemas: NamedSchemas): NamedSchemas {
  const cut = Object.entries(schemas).map(([name, schema]) => {
    const { properties } = schema
    if (!LINKED.test(name) || typeof properties !== 'object' || properties === null) {
      return [name, schema] as const
    }
    const kept = Object.entries(properties).map(([member, value]) => {
      const target = REFERENCE.exec(JSON.stringify(value))?.[1]
      const isWithin = target === undefined || target === name
      return [member, isWithin ? (value as unknown) : elsewhere(target)] as const
    })
    return [name, { ...schema, properties: Object.fromEntries(kept) }] as const
  })
  return Object.fromEntries(cut)
}

function elsewhere(target: string): object {
  return { type: ['object', 'null'], description: `See \`${target}\` in the OpenAPI document.` }
}
