import { apiOrigin } from '@/api/transport'

/** What the notice stream needs of a WebSocket; uni.connectSocket gives it on both targets. */
export interface Socket {
  send(message: unknown): void
  close(code?: number): void
}

export interface SocketListeners {
  opened(): void
  received(message: unknown): void
  /** Once, however the socket ended. 1006 when it never opened. */
  closed(code: number): void
}

/** Open the GraphQL socket. No token is in its address; it travels in connection_init. */
export function openSocket(listeners: SocketListeners): Socket {
  let ended = false
  const end = (code: number) => {
    if (ended) return
    ended = true
    listeners.closed(code)
  }
  const task = uni.connectSocket({
    url: socketUrl(),
    protocols: ['graphql-transport-ws'],
    // A callback keeps uni from answering with a promise instead of the task.
    complete: () => {},
    fail: () => end(1006),
  }) as unknown as UniApp.SocketTask
  task.onOpen(() => listeners.opened())
  task.onMessage(({ data }) => {
    const message = parsed(data)
    if (message !== null) listeners.received(message)
  })
  task.onError(() => end(1006))
  // The type of uni names no code; both targets give one.
  task.onClose((event: unknown) => end((event as { code?: number } | undefined)?.code ?? 1006))
  return {
    send: (message) => task.send({ data: JSON.stringify(message) }),
    close: (code = 1000) => {
      ended = true
      task.close({ code })
    },
  }
}

function socketUrl(): string {
  const origin = apiOrigin() || location.origin
  return `${origin.replace(/^http/, 'ws')}/graphql`
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null
  } catch {
    return null
  }
}
