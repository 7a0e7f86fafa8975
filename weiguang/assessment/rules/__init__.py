"""Pure arithmetic of assessment: the rhythm of visits and reviews."""
