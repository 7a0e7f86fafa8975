"""Several professions talk one child over: called, held, recorded, decided and signed."""
