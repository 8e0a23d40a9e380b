"""What the data say about an incident: pure functions from frames to frozen findings."""
