"""Where messages of two requests are cut: labelled messages, and the weights learned on them."""
