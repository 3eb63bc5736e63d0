"""Voice notes: decoded, transcribed, spelled out as they would be typed."""
