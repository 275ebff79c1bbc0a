"""Background work: takes facts from the queue and does what HANDLERS says."""
