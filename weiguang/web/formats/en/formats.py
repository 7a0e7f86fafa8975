"""Days before months."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
