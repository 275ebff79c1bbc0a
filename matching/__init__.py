"""Pure: who may have what, at which price, in which order, and why."""
