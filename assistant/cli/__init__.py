"""The command line: one module a sub-command, imported when it is typed."""
