"""From events to sessions and customers' features: expressions that DuckDB and server engines run alike."""
