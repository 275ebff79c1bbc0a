"""What an institution is shown of an enterprise, under which consent, and what is kept from it."""
