"""What is talked about beside orders, products and pages: greetings, the past, forgetting, recommendations."""
