"""Many customers at once against real server processes: load, and what happens when parts fail under them."""
