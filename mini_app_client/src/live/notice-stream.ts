import { NoticeArrivedDocument, type NoticeFieldsFragment } from '@/generated/graphql'

import { openSocket, type Socket } from './socket'

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
const PING_EVERY_MS = 25_000
const PONG_WITHIN_MS = 10_000

/** How many notices back one that comes twice is known again. */
const REMEMBERED = 100

/** The token of the socket expired or its session ended. */
const CLOSED_FORBIDDEN = 4403
const SUBSCRIPTION_ID = 'notices'

export interface NoticeStreamParts {
  /** The access token of now; null ends the stream. */
  token(): string | null
  /** Fetch another token; false when the session is over. Rejects when the network is down. */
  refresh(): Promise<boolean>
  arrived(notice: NoticeFieldsFragment): void
  /** Listening goes on without a place to go on from: read the inbox anew. */
  mustReload(): void
  /** Between 0 and 1, so that a thousand phones do not come back in the same second. */
  jitter?: () => number
}

interface ServerMessage {
  type: string
  id?: string
  payload?: { data?: { noticeArrived?: NoticeFieldsFragment } }
}

/**
 * The inbox, live, over graphql-transport-ws: one subscription that comes back by itself and goes
 * on after the last notice it saw.
 */
export class NoticeStream {
  private socket: Socket | null = null
  private after: string | null = null
  private seen: string[] = []
  private running = false
  private subscribedBefore = false
  private failures = 0
  private token: string | null = null
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined
  private pingTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: NoticeStreamParts) {}

  /** Begin, or come back at once when waiting. `after` is the newest notice already known. */
  start(after: string | null = this.after): void {
    this.after = after
    if (this.running && this.socket) return
    this.running = true
    clearTimeout(this.reconnectTimer)
    this.connect()
  }

  /** End, and forget the place. */
  stop(): void {
    this.pause()
    this.after = null
    this.seen = []
    this.subscribedBefore = false
    this.failures = 0
  }

  /** End for now; `start` goes on from the same place. */
  pause(): void {
    this.running = false
    clearTimeout(this.reconnectTimer)
    this.drop()
  }

  private connect(): void {
    const token = this.parts.token()
    if (!this.running || token === null) return
    this.token = token
    const socket: Socket = openSocket({
      opened: () =>
        socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
      received: (message) => {
        if (socket === this.socket) this.receive(message as ServerMessage)
      },
      closed: (code) => {
        if (socket === this.socket) this.closed(code)
      },
    })
    this.socket = socket
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case 'connection_ack':
        this.subscribe()
        this.watch()
        break
      case 'next':
        this.take(message.payload?.data?.noticeArrived)
        break
      case 'ping':
        this.socket?.send({ type: 'pong' })
        break
      case 'pong':
        this.failures = 0
        this.watch()
        break
      case 'error':
        // The place is unknown to the server: begin at the end.
        this.after = null
        this.retry()
        break
      case 'complete':
        this.retry()
        break
    }
  }

  private subscribe(): void {
    this.socket?.send({
      id: SUBSCRIPTION_ID,
      type: 'subscribe',
      payload: { query: String(NoticeArrivedDocument), variables: { after: this.after } },
    })
    // Between two subscriptions without a place something may have come that neither tells.
    if (this.subscribedBefore && this.after === null) this.parts.mustReload()
    this.subscribedBefore = true
  }

  private take(notice: NoticeFieldsFragment | undefined): void {
    if (!notice) return
    // An acknowledgement alone is no proof: a refused subscription is acknowledged as well.
    this.failures = 0
    this.after = notice.id
    if (this.seen.includes(notice.id)) return
    this.seen = [...this.seen.slice(1 - REMEMBERED), notice.id]
    this.parts.arrived(notice)
  }

  /** Ask now and then whether the other side is still there; phones change networks silently. */
  private watch(): void {
    clearTimeout(this.pingTimer)
    this.pingTimer = setTimeout(() => {
      this.socket?.send({ type: 'ping' })
      this.pingTimer = setTimeout(() => this.retry(), PONG_WITHIN_MS)
    }, PING_EVERY_MS)
  }

  private closed(code: number): void {
    clearTimeout(this.pingTimer)
    this.socket = null
    if (code === CLOSED_FORBIDDEN) {
      void this.renew()
    } else {
      this.retry()
    }
  }

  private async renew(): Promise<void> {
    try {
      // Another caller may have fetched a newer token than the one this socket was opened with.
      const refused = this.parts.token() === this.token
      if (refused && !(await this.parts.refresh())) {
        this.pause()
        return
      }
    } catch {
      // No network: the token is fetched on the next round, when the server refuses again.
    }
    this.retry()
  }

  private retry(): void {
    this.drop()
    if (!this.running) return
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures)
    this.failures += 1
    const delay = ceiling * (0.5 + 0.5 * (this.parts.jitter ?? Math.random)())
    clearTimeout(this.reconnectTimer)
    this.reconnectTimer = setTimeout(() => this.connect(), delay)
  }

  private drop(): void {
    clearTimeout(this.pingTimer)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }
}
