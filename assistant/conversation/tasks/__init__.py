"""Tasks: from "cancel it" to a proposal, and from the customer's yes to its execution, without a model."""
