"""Tables, migrations, the queue and the live bus: the only floor that opens connections."""
