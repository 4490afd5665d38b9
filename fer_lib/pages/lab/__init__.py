"""In JupyterLab: widgets for runs and sets of a reader's own. They need a kernel, which `make lab` has.

    from fer_lib.pages.lab import FilterExplorer, RunBrowser
    explorer = FilterExplorer(run, faces)           # what excites a filter, and does it tell an action unit?
    explorer.filter, explorer.unit = "conv3:42", "AU12"
    explorer.wait().divergence                      # nats
    RunBrowser("my_runs")                           # all runs of a folder, two side by side

`filters` and `runs` are the widgets; `questions` what a filter is asked, `shown` and `compared` how answers look;
`style` with lab.css what all have in common of it; `work` what takes long, in a thread, with a bar and a button that
stops it.
"""
from .filters import FilterExplorer
from .runs import RunBrowser

__all__ = ["FilterExplorer", "RunBrowser"]
