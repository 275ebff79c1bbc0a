"""What is held about an enterprise, as its owner reads, counts and fetches it (FN-16)."""
