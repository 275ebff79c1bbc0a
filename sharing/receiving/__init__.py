"""Files of credit records on their way in: tickets, uploads, batches; read as streams, checked row
by row, kept by version.
"""
