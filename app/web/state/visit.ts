/** Who looks at the page: a guest, or a member with all that it has. */
import { shallowRef, type ShallowRef } from 'vue'
import { ProblemError } from '../../../framework/client/index.ts'
import type { PageClient } from './client.ts'
import type { ConnectionState } from './connection.ts'
import { isAway as isServerAway } from './keep-trying.ts'
import type { Member } from './member.ts'

/** Nobody known yet, somebody who has to log in, or a member. */
export type Visitor = 'unknown' | 'guest' | 'member'

/** What somebody logs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
  /** Of the second factor. */
  readonly code?: string
  /** In place of one that was mailed. */
  readonly newPassword?: string
}

/** Who looks at the page. */
export interface Visit {
  readonly visitor: Readonly<ShallowRef<Visitor>>
  readonly member: Readonly<ShallowRef<Member | undefined>>
  /** A session has ended without being asked to. */
  readonly wasLoggedOut: ShallowRef<boolean>
  /** The server can't be asked who looks at the page. */
  readonly isAway: Readonly<ShallowRef<boolean>>
  /** @throws ProblemError */
  logIn(credentials: Credentials): Promise<void>
  logOut(): Promise<void>
  /** Finds out again who looks. */
  look(): void
}

/** What a visit needs. */
export interface VisitOptions {
  readonly client: PageClient
  readonly connection: ConnectionState
  readonly report: (error: unknown) => void
  /** Somebody has logged out here, and the server could not be told: the session goes on there. */
  readonly onUntold: () => void
  /** Opens what the one has who is logged in. @throws ProblemError */
  readonly open: () => Promise<Member>
}

const AGAIN_MS = 3_000

/** Makes a visit of nobody known yet; also follows what happens on other pages of this browser. */
export function createVisit(options: VisitOptions): Visit {
  const { client, connection, report, onUntold, open } = options

  const visitor = shallowRef<Visitor>('unknown')
  const member = shallowRef<Member>()
  const wasLoggedOut = shallowRef(false)
  const isAway = shallowRef(false)
  let turn = 0

  function leave(): void {
    turn += 1
    member.value?.close()
    member.value = undefined
    connection.expect(false)
    isAway.value = false
  }

  /** @returns whether there is nothing more to try */
  async function tryToEnter(own: number): Promise<boolean> {
    try {
      const opened = await open()
      if (own !== turn) {
        opened.close()
        return true
      }
      isAway.value = false
      wasLoggedOut.value = false
      member.value = opened
      visitor.value = 'member'
      return true
    } catch (error) {
      isAway.value = own === turn && client.isLoggedIn()
      if (!(error instanceof ProblemError)) report(error)
      return false
    }
  }

  async function enter(): Promise<void> {
    const own = turn
    connection.expect(true)
    while (own === turn && client.isLoggedIn()) {
      if (await tryToEnter(own)) return
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  function look(): void {
    leave()
    if (client.isLoggedIn()) void enter()
    else visitor.value = 'guest'
  }

  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith('holdfast http')) look()
  })
  return {
    visitor,
    member,
    wasLoggedOut,
    isAway,
    look,
    async logIn({ username, password, ...options }) {
      await client.login(username, password, options)
      look()
    },
    async logOut() {
      try {
        await client.logout()
      } catch (error) {
        if (isServerAway(error)) onUntold()
        else report(error)
      }
      look()
    },
  }
}
