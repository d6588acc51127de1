/** A short, quiet sound for a message that comes while nobody looks. */

const NOTES_HZ = [660, 880] as const
const NOTE_SECONDS = 0.09
const LOUDNESS = 0.06

/** Plays it; browsers stay silent until the person has touched the page. */
export function playArrival(): void {
  const audio = new AudioContext()
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
    note.onended = () => {
      if (index === NOTES_HZ.length - 1) void audio.close()
    }
  })
}
