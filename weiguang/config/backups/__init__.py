"""Backups: sealed copies of the database and of its log, and the way back (docs/adr/0014)."""
