"""The HTTP API: routes, problems, limits, health and logs. Only here FastAPI is known."""
