"""What traces show: the requests in them, and where in the tree of calls these fail or lose time."""
