"""Record formats: alerts, incidents, changes, chat, metrics, alert rules and traces."""
