"""Plain text: language, masking of personal data, token counts, prompt files."""
