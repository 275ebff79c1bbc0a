"""FN-05: public information by district and industry, handed to an institution in batches."""
