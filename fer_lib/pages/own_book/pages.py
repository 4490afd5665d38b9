"""Pages that would say nothing of a set, and what stands there instead."""
from pathlib import Path

from .faces import OwnSet

NO_CODES = """# Do filters correspond to action units?

{called} has no codes of action units: which of its faces show AU12, nobody has written down. So it cannot be asked
here whether filters tell them apart. Networks that learned from {called} are asked with *drawn* faces instead, of
which every unit is known: [trained on photographs, asked with drawings](photographs.md).
"""
CHECKING = """# How to check a number

Every number on these pages stands in <a href="results.json" download>results.json</a>, with its source and n. The
networks behind the verdicts on {called} lie in `{store}`: each folder says when it was trained, on what, by which
versions (`provenance.json`), and what it answered (`analysis.json`). What their weights are kept of is asked again by

```sh
python -m fer_lib.analysis verify "{store}/controls" --root "{name}={root}"
```

How a number of the book of drawn faces is followed down to the pixels, its own pages show.
"""


def instead(own: OwnSet, store: Path) -> dict[str, str]:
    """Pages that would say nothing of this set, and what stands there."""
    found = {"checking": CHECKING.format(called=own.called, name=own.name, root=own.root, store=store)}
    if not own.codes:
        found["action_units"] = NO_CODES.format(called=own.called)
    return found
