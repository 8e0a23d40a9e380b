"""Everything that is known about one incident, in one object."""
