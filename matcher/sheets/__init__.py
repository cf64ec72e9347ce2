"""Excel and CSV in and out, for people who never see JSON (docs/sheets.md)."""
