/** What is wrong with the texts of a language, held against those of another. */

interface TextTree {
  readonly [name: string]: string | TextTree
}

/** Texts to be looked at. */
export interface CheckedTexts {
  /** Has each text that there must be. */
  readonly measure: object
  readonly texts: object
  /** How many forms a text with a count has. */
  readonly forms: number
  /** Whether the texts must be others than those of the measure. */
  readonly isTranslated?: boolean
}

/** Words that are the same in every language. */
const SAME = new Set(['app.name', 'composer.emoji', 'emoji.title', 'thread.said'])

/** One line for each text that is missing, too much, empty, without its places, of a wrong number of forms, or not translated. */
export function textFaults({ measure, texts, forms, isTranslated = false }: CheckedTexts) {
  const wanted = flat(measure as TextTree)
  const found = flat(texts as TextTree)
  const missing = [...wanted.keys()].filter((name) => !found.has(name))
  const surplus = [...found.keys()].filter((name) => !wanted.has(name))
  return [
    ...missing.map((name) => `${name} is missing`),
    ...surplus.map((name) => `${name} is too much`),
    ...[...found].flatMap(([name, text]) => {
      const model = wanted.get(name)
      if (model === undefined) return []
      const given = text.split(' | ')
      const needed = model.includes(' | ') ? forms : 1
      return [
        ...(text.trim() === '' ? [`${name} is empty`] : []),
        ...(given.length === needed ? [] : [`${name} has ${given.length} forms, not ${needed}`]),
        ...given
          .filter((form) => placesOf(form) !== placesOf(model.split(' | ')[0] ?? ''))
          .map((form) => `${name} has other places: ${form}`),
        ...(isTranslated && text === model && !SAME.has(name) ? [`${name} is not translated`] : []),
      ]
    }),
  ]
}

function placesOf(text: string): string {
  return [...text.matchAll(/\{\w+\}/g)].map(String).toSorted().join()
}

function flat(tree: TextTree, path = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([name, value]): (readonly [string, string])[] =>
      typeof value === 'string' ? [[path + name, value]] : [...flat(value, `${path}${name}.`)],
    ),
  )
}
