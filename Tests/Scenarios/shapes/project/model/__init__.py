"""A model that fits in one's head: the mean of what it saw."""
