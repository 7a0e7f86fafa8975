"""What is asked when a child was heard or answered."""
