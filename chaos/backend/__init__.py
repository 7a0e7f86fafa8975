"""The database backend of Django by which a blow falls at a counted step (see `base`)."""
