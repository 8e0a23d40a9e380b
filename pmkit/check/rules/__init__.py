"""The rules of the linter, one module per subject; every module in this folder is loaded."""
