"""What conversations and behaviour teach: events, patterns in them, recommendations, satisfaction, learning."""
