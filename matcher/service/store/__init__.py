"""The database: one SQLite file or PostgreSQL, its schema and its backup."""
