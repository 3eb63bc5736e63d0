"""A message read in its conversation: answers to what was asked, follow-ups, what is pointed at."""
