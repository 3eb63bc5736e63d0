"""One typed stream of what visitors and the assistant do, kept as Parquet files by day beside the database."""
