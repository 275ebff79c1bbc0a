"""The three methods of Annex 2 三, the gates of its standards, the bonus, and a city's switches."""
