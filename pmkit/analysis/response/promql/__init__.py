"""PromQL: the part of it that alert rules are made of."""
