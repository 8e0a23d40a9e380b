"""Secrets and personal data: finding them in texts and notebooks, and replacing them."""
