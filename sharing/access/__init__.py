"""The access ledger as evidence, and what owners see of it and of everything held about them."""
