"""The MCP door: other people's agents look things up for a customer, and propose changes to them."""
