"""People, sessions, memberships, real names; who may reach which record."""
