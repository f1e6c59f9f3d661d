"""Models to words and rows, a module for each part of the app."""
