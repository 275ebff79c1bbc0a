"""Objections to data: filed by owners, marked for readers, handed over to the provincial node."""
