"""What Langfuse's rows say, whatever is missing or odd in them."""
