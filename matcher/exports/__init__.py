"""A plan for people and other programs: workbook, CSV tables, calendars, GeoJSON, a map picture.

Every format starts from `rows.join(batch, plan)`. What is shown of people: docs/exports.md.
"""
