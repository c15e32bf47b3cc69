"""The measuring sticks. Each prints a table; figures of one run compare with each other, not with another day's."""
