"""自愿填报: what owners state about their enterprises themselves, and the commitment they sign."""
