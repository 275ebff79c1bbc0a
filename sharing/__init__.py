"""Credit records in, consents, grades kept, and the access ledger."""
