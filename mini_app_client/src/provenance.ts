import type { Provenance } from '@/generated/graphql'

interface Sourced {
  provenance: readonly { field: string; provenance: Provenance }[]
}

/** Whether any of these fields is an example figure. */
export function isIllustrative(product: Sourced, ...fields: string[]): boolean {
  return product.provenance.some(
    ({ field, provenance }) => provenance === 'ILLUSTRATIVE' && fields.includes(field),
  )
}
