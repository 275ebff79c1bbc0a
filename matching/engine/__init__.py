"""Pure: the same rules over columns, exact to the last place, for whole cities at a time."""
