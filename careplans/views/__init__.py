"""Pages of the shared plan. Each is gate, form, service, message, redirect."""
