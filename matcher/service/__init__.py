"""The service: an HTTP API, a page and the loop of orders around the core (docs/service.md)."""
