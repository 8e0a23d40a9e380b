"""The two services of the recorded shop."""
