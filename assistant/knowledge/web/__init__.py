"""Pages that lie on web servers: fetched within bounds, kept in a folder, taken in from there."""
