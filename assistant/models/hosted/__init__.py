"""Hosted models behind any OpenAI-compatible address: forms of requests, time, and a guard against faults."""
