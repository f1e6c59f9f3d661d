"""Handovers in words and rows."""
