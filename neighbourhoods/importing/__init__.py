"""A list of people in a file: read, its columns named, and each row judged. Nothing here writes."""
