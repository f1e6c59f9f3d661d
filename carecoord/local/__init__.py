"""The launcher behind ./dev: installs, starts PostgreSQL and Valkey if none is configured, runs everything.

Standard library only, because it runs before anything is installed; it never imports Django.
"""
