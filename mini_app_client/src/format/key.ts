/** A key that no other submission has: a random UUID where the platform makes them. */
export function newKey(): string {
  if (typeof crypto !== 'undefined' && typeof crypto.randomUUID === 'function') {
    return crypto.randomUUID()
  }
  // Pages without TLS and mini programs have no randomUUID. The key is no secret; it only has to
  // differ from this person's other keys.
  const digits = () => Math.random().toString(16).slice(2, 14).padEnd(12, '0')
  return `${Date.now().toString(16)}-${digits()}-${digits()}`
}
