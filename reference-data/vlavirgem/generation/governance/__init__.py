"""How the municipality is governed: bodies, mandates, meetings, decisions and votes, made once for a town."""
