"""Real servers that tests run against, and what fills them."""
