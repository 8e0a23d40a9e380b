"""The explorer: digging into an incident and writing its postmortem, in JupyterLab or Voilà."""
