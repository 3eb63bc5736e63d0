"""The desk's own business: who works there, which conversations people have, what they wrote and how it went."""
