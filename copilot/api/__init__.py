"""The HTTP surface: one file a subject, one FastAPI process with the page mounted beside it."""
