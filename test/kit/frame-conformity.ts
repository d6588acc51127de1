/** Holds the frames of a socket to the published document. */
import { Compile } from 'typebox/schema'
import type { AsyncApiDocument } from '../../framework/socket/asyncapi.ts'
import type { Frame, FrameWatch } from './socket-client.ts'

type Json = Readonly<Record<string, unknown>>
type Validator = ReturnType<typeof Compile>

/** Makes the watches of connections. Schemas are compiled once; `onFault` is told what is not as the document has it. */
export function frameConformity(
  document: AsyncApiDocument,
  onFault: (fault: string) => void,
): () => FrameWatch {
  const { messages, schemas } = document['components'] as Readonly<Record<string, Json>>
  const compiled = new Map<string, Validator | undefined>()
  const validatorOf = (name: string): Validator | undefined => {
    if (compiled.has(name)) return compiled.get(name)
    const message = messages?.[name] as { readonly payload: Json } | undefined
    const made = message && Compile({ ...message.payload, components: { schemas } })
    compiled.set(name, made)
    return made
  }
  return () => {
    const calls = new Map<unknown, string>()
    return {
      sent(frame) {
        const { type, id, payload } = frame as Frame
        if (type === 'Call' && id !== undefined) calls.set(id, actionOf(payload))
      },
      received(frame) {
        const name = messageName(frame, calls)
        const validator = validatorOf(name)
        if (validator?.Check(frame) === true) return
        const faults =
          validator === undefined ? 'is no message' : JSON.stringify(validator.Errors(frame)[1])
        onFault(`${name} ${faults}: ${JSON.stringify(frame)}`)
      },
    }
  }
}

function actionOf(payload: unknown): string {
  return String((payload as Json | undefined)?.['action'])
}

/** What the document calls it: events by channel and kind, results by what was called. */
function messageName(frame: Frame, calls: ReadonlyMap<unknown, string>): string {
  const { type, id, channel, op } = frame
  const called = calls.get(id)
  if (type === 'Result' && called !== undefined) return `Result.${called}`
  return type === 'Event' ? `Event.${String(channel)}.${String(op)}` : String(type)
}
