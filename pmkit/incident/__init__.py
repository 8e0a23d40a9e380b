"""What people know about an incident: its folder and its `incident.yaml`."""
