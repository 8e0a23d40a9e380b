"""What the failures have in common, and what may have caused them."""
