"""What is asked when a conference is called, held and signed."""
