"""A review as text, as JSON, and later as a page."""
