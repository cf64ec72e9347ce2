"""The dispatcher's page as package data: markup, style, script."""
