/** HTML that is escaped by construction: only what stands in our own source is markup. */

/** Not exported: only {@link markup} makes one. */
class FinishedMarkup {
  readonly #html: string

  constructor(parts: readonly string[], values: readonly MarkupValue[]) {
    this.#html = parts.map((part, index) => part + render(values[index])).join('')
  }

  toString(): string {
    return this.#html
  }
}

/** Finished HTML. */
export type Markup = FinishedMarkup

/** What may stand in a hole: text is escaped, markup is put in, lists are put in one after the other. */
export type MarkupValue = string | number | Markup | readonly Markup[] | undefined

/** `` markup`<p title="${title}">${text}</p>` ``. Holes are for text and for attributes in double quotes; an address has to be checked before. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new FinishedMarkup(parts, values)
}

function render(value: MarkupValue): string {
  if (value === undefined) return ''
  if (value instanceof FinishedMarkup) return value.toString()
  if (Array.isArray(value)) return value.map(render).join('')
  return String(value).replaceAll(/[&<>"']/g, (letter) => `&#${String(letter.charCodeAt(0))};`)
}
