"""Learning from what people corrected, every night, behind gates; each artefact can be taken back."""
