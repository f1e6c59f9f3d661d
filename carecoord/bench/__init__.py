"""Measuring: residents in bulk, and what a request costs as a multiple of floors measured beside it."""
