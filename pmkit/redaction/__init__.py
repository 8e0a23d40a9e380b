"""Secrets and personal data: found in texts and notebooks, and replaced by placeholders."""
