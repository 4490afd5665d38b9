"""Pages that would say nothing of a set, and what stands there instead."""
from pathlib import Path

from .faces import CODED_BY, OwnSet

NO_CODES = """# Do filters correspond to action units?

{why} Networks that learned from {called} are asked with *drawn* faces instead, of which every unit is known:
[trained on photographs, asked with drawings](photographs.md).
{how}"""
NOBODY_CODED = """{called} has no codes of action units: which of its faces show AU12, nobody has written down. So it
cannot be asked here whether filters tell them apart."""
NONE_NAMED = """{called} comes without codes of action units, and for these pages none were named. So it was not asked
here whether filters tell them apart."""
NAME_THEM = """
Codes are named by a table, with a row for each sequence:

```sh
make book FACES={name} ROOT="{root}" OPTIONS="au_table: units.csv"
```

Its first line is `sequence,AU1,AU2,AU12` and so on, and a row is `S010_004,1,0,1`: 1 is present, 0 absent, and an empty
field not coded. Whoever has CK+ itself names its folder of codes instead: `OPTIONS="facs: /where/it/lies/FACS"`. (There
an intensity of 0 means present, how strongly is not said: in a table that is a 1.)
"""
CHECKING = """# How to check a number

Every number of the text stands in <a href="results.json" download>results.json</a>, with its source and n. The
networks behind the verdicts on {called} lie in `{store}`: each folder says when it was trained, on what, by which
versions (`provenance.json`), and what it answered (`analysis.json`). Those whose weights were kept are asked again by

```sh
python -m fer_lib.analysis verify "{store}/controls" --root "{name}={root}"
```

How a number of the book of drawn faces is followed down to the pixels, its own pages show.
"""


def instead(own: OwnSet, store: Path) -> dict[str, str]:
    """Pages that would say nothing of this set, and what stands there."""
    found = {"checking": CHECKING.format(called=own.called, name=own.name, root=own.root, store=store)}
    if not own.codes:
        can = own.name in CODED_BY                  # somebody has coded these faces
        why = (NONE_NAMED if can else NOBODY_CODED).format(called=own.called)
        how = NAME_THEM.format(name=own.name, root=own.root) if can else ""
        found["action_units"] = NO_CODES.format(called=own.called, why=why, how=how)
    return found
