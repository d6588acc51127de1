/** The channels of a process where somebody is or watches. */
import type { Clock } from './clock.ts'
import type { PresenceEntry } from './presence-entry.ts'
import { createPresenceRoom, type PresenceMember, type PresenceRoom } from './presence-room.ts'

/** Where entries are put. */
export interface PresenceEntries {
  /** Adds an entry to a channel, or changes the one with its key. */
  put(channel: string, entry: PresenceEntry): void
  remove(channel: string, key: string): void
}

/** All rooms; each is there as long as it is not empty. */
export interface PresenceRooms extends PresenceEntries {
  /** What is known of a channel; undefined when nobody is there. */
  find(channel: string): PresenceRoom | undefined
  enter(channel: string, member: PresenceMember): PresenceRoom
  leave(channel: string, member: PresenceMember): void
  close(): void
}

/** Creates no rooms yet. */
export function createPresenceRooms(clock: Clock): PresenceRooms {
  const rooms = new Map<string, PresenceRoom>()

  function roomOf(channel: string): PresenceRoom {
    const found = rooms.get(channel)
    if (found !== undefined) return found
    const made = createPresenceRoom(channel, clock)
    rooms.set(channel, made)
    return made
  }

  function tidy(room: PresenceRoom): void {
    if (!room.isEmpty()) return
    room.close()
    rooms.delete(room.channel)
  }

  return Object.freeze<PresenceRooms>({
    find: (channel) => rooms.get(channel),
    put: (channel, entry) => roomOf(channel).put(entry),
    remove(channel, key) {
      const room = rooms.get(channel)
      if (room === undefined) return
      room.remove(key)
      tidy(room)
    },
    enter(channel, member) {
      const room = roomOf(channel)
      room.enter(member)
      return room
    },
    leave(channel, member) {
      const room = rooms.get(channel)
      if (room === undefined) return
      room.leave(member)
      tidy(room)
    },
    close() {
      for (const room of rooms.values()) room.close()
      rooms.clear()
    },
  })
}
