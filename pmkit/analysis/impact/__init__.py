"""What failed, from when to when, and how badly."""
