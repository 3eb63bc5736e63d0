"""From what it is known that a passage answers: the signals of labelled questions, and the weights learned on them."""
