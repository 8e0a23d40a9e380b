"""Record formats: alerts, incidents, changes, chat, metrics and alert rules."""
