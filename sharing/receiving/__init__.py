"""Files of credit records on their way in: tickets, uploads, batches."""
