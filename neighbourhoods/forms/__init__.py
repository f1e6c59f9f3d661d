"""The shape of what people enter, a module for each part of the app."""
