"""The loop 点单 → 配单 → 派单 → 接单 → 评单: the county, its orders, offers and events, what they teach, reports."""
