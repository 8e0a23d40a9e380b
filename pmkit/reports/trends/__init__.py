"""The report on many incidents: how often, how long, from which causes, and which action items are open."""
