/** Reads AsyncAPI documents as the tools of others do. */
import { Parser } from '@asyncapi/parser'

/** Every complaint of the parser, errors and advice alike; none means that it is valid. */
export async function complaintsOf(document: string): Promise<readonly string[]> {
  const { document: parsed, diagnostics } = await new Parser().parse(document)
  const complaints = diagnostics.map(
    ({ code, path, message }) => `${code} at ${path.join('/')}: ${message}`,
  )
  return parsed === undefined ? [...complaints, 'It can’t be read.'] : complaints
}
