import { vi } from 'vitest'

/** Stands for the global `uni` and for the server behind it. */

export interface Asked {
  operation: string
  variables: Record<string, unknown> & { input?: Record<string, unknown> }
  headers: Record<string, string>
  url: string
}

type Body = { data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] }
type Reply = { status?: number; body: Body | string } | 'network' | 'timeout'
type Answer = Reply | ((asked: Asked) => Reply | Promise<Reply>)

interface RequestOptions {
  url: string
  header: Record<string, string>
  data: string
  success(result: { statusCode: number; data: unknown }): void
  fail(result: { errMsg: string }): void
}

/** What the server was asked, in order. */
export const asked: Asked[] = []
const answers = new Map<string, Answer[]>()

/**
 * Prepare answers of an operation, in order; the last one stays in force. What has none prepared
 * fails its test.
 */
export function answer(operation: string, ...next: Answer[]): void {
  answers.set(operation, next)
}

/** Data, as the body of an answer. */
export function data(fields: Record<string, unknown>): Reply {
  return { body: { data: fields } }
}

/** A top-level error with its code. */
export function refusal(code: string, status = 200, message = `server text of ${code}`): Reply {
  return { status, body: { errors: [{ message, extensions: { code } }] } }
}

/** An answer that comes when the test says so. */
export function later(): { answer: () => Promise<Reply>; come(reply: Reply): void } {
  let come: (reply: Reply) => void = () => {}
  const reply = new Promise<Reply>((resolve) => {
    come = resolve
  })
  return { answer: () => reply, come }
}

/** The variables an operation was last asked with. */
export function lastVariables(operation: string): Asked['variables'] | undefined {
  return asked.filter((one) => one.operation === operation).pop()?.variables
}

/** How often an operation was asked. */
export function timesAsked(operation: string): number {
  return asked.filter((one) => one.operation === operation).length
}

async function serve({ url, header, data: sent, success, fail }: RequestOptions): Promise<void> {
  const { query, variables } = JSON.parse(sent) as { query: string; variables: Asked['variables'] }
  const operation = /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? ''
  const question: Asked = { operation, variables, headers: header, url }
  asked.push(question)
  const prepared = answers.get(operation)
  const next = prepared && prepared.length > 1 ? prepared.shift() : prepared?.[0]
  if (next === undefined) throw new Error(`no answer is prepared for ${operation}`)
  const reply = typeof next === 'function' ? await next(question) : next
  if (reply === 'network') return fail({ errMsg: 'request:fail' })
  if (reply === 'timeout') return fail({ errMsg: 'request:fail timeout' })
  success({ statusCode: reply.status ?? 200, data: reply.body })
}

const stored = new Map<string, string>()

/** A socket that the client opened, seen from the server. */
export class ServerSocket {
  readonly sent: Record<string, never>[] = []
  closedWith: number | null = null
  private readonly on: Record<string, (event?: unknown) => void> = {}

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  readonly task = {
    onOpen: (listener: () => void) => (this.on['open'] = listener),
    onMessage: (listener: () => void) => (this.on['message'] = listener),
    onError: (listener: () => void) => (this.on['error'] = listener),
    onClose: (listener: () => void) => (this.on['close'] = listener),
    send: ({ data: text }: { data: string }) => this.sent.push(JSON.parse(text)),
    close: ({ code }: { code: number }) => {
      this.closedWith = code
    },
  }

  open(): void {
    this.on['open']?.()
  }

  say(message: unknown): void {
    this.on['message']?.({ data: typeof message === 'string' ? message : JSON.stringify(message) })
  }

  fail(): void {
    this.on['error']?.({ errMsg: 'connect fail' })
  }

  close(event?: { code: number }): void {
    this.on['close']?.(event)
  }
}

/** Sockets in the order they were opened. */
export const sockets: ServerSocket[] = []

export const uniDouble = {
  request: vi.fn((options: RequestOptions) => void serve(options)),
  connectSocket: vi.fn(({ url, protocols }: { url: string; protocols: string[] }) => {
    const socket = new ServerSocket(url, protocols)
    sockets.push(socket)
    return socket.task
  }),
  getStorageSync: (key: string) => stored.get(key) ?? '',
  setStorageSync: (key: string, value: string) => void stored.set(key, value),
  removeStorageSync: (key: string) => void stored.delete(key),
  navigateTo: vi.fn(),
  redirectTo: vi.fn(),
  switchTab: vi.fn(),
  navigateBack: vi.fn(),
  setClipboardData: vi.fn(({ success }: { data: string; success(): void }) => success()),
}

/** A phone on which nothing was done yet, and a server that was asked nothing. */
export function newPhone(): void {
  stored.clear()
  answers.clear()
  asked.length = 0
  sockets.length = 0
  for (const item of Object.values(uniDouble)) if (vi.isMockFunction(item)) item.mockClear()
}
