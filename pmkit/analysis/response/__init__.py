"""How the response went: detection, milestones, alerts, timeline."""
