"""How many duplicates matching finds among people of whom it is known who is who, and whom it takes for another."""
