"""Import of a shop's log files: JSONL or CSV, plain or gzip, one event a line, by a mapping."""
