/** A short, quiet sound for a message that comes while nobody looks. */

const NOTES_HZ = [660, 880] as const
const NOTE_SECONDS = 0.09
const LOUDNESS = 0.06
/** Of many messages at once one is heard. */
const REST_MS = 1_000

/** The sound of a page. */
export interface Sound {
  /** Plays it, unless it has just been played; browsers stay silent until the person has touched the page. */
  play(): void
}

/** Makes it; a browser lends few ways to its loudspeaker, so that one is asked for, when it is first needed. */
export function createSound(): Sound {
  let audio: AudioContext | undefined
  let playedAt = -Infinity

  async function play(at: number): Promise<void> {
    audio ??= new AudioContext()
    await audio.resume()
    // Until the person touches the page this waits, and what is late is no news.
    if (performance.now() - at < REST_MS) playNotes(audio)
  }

  return {
    play() {
      const now = performance.now()
      if (now - playedAt < REST_MS) return
      playedAt = now
      void play(now)
    },
  }
}

function playNotes(audio: AudioContext): void {
  NOTES_HZ.forEach((hertz, index) => {
    const begin = audio.currentTime + index * NOTE_SECONDS
    const gain = audio.createGain()
    gain.gain.setValueAtTime(LOUDNESS, begin)
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 2 * NOTE_SECONDS)
    gain.connect(audio.destination)
    const note = audio.createOscillator()
    note.frequency.value = hertz
    note.connect(gain)
    note.start(begin)
    note.stop(begin + 2 * NOTE_SECONDS)
  })
}
