"""What behaviour teaches: what is bought with what, kinds of customers, new intents, and a prior for the router."""
