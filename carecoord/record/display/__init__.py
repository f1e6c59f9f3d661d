"""Models of every app to words and rows."""
