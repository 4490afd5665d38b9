"""The explorer: a face to move, and what the network makes of it, in the page and in JupyterLab."""
