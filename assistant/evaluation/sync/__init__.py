"""Pages change while customers ask, and syncs are killed."""
