"""How dates and numbers are written where a language needs other forms than Django's."""
