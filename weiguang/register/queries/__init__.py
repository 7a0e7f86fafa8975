"""What the register is asked; every answer starts from the actor's own rows."""
