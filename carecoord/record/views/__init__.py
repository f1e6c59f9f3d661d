"""Pages made from every app."""
