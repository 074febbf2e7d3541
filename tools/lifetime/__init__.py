"""What customers will do: orders to expect, whether they are still there, what they are worth."""
