"""What a reply shows: texts in the customer's language, views of tools' results, cards."""
