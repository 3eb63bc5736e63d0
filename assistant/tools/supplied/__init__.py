"""READ tools that the shop's own MCP servers supply: which are taken, how they are called, what becomes of results."""
