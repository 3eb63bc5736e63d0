"""Readers of documents: each turns a file into drafts, Markdown with the facts that stand above a page."""
