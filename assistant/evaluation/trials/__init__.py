"""What a trial of prompts in service has shown so far, and whether that decides it."""
