/** Tells emoji from other text. */

/** One emoji of those that Unicode recommends for general interchange (UTS #51), whatever it is composed of. */
const ONE_EMOJI = /^\p{RGI_Emoji}$/v

/** Whether a text is one emoji, and nothing else. */
export function isEmoji(text: string): boolean {
  return ONE_EMOJI.test(text)
}
