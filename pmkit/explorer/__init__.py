"""The explorer: digging in an incident and writing its postmortem, in JupyterLab or Voilà."""

from pmkit.explorer.app import Explorer, explore

__all__ = ["Explorer", "explore"]
