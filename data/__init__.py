"""What is kept: the store, the life of a message, and every statement that reads or changes it."""
