"""Which networks the verdicts need on a set of faces, as a list such as book/parameters/evidence.yml; and which
verdicts cannot be had there, and why.

    plan = plan_for(own, "quick")
    plan.items, plan.jobs, plan.cannot["identity"]

The kinds, matched lengths and seeds are those of evidence.yml, items 2, 3 and 5. Of six comparisons corrected together
(Holm) the smallest p must be below .05 / 6; of five seeds against five it is 2 in 252, of four 2 in 70: so five.
"""
from dataclasses import dataclass, field, replace

from ...analysis.comparisons import LEAST
from ...runs.grid import Job, jobs_of
from .faces import OwnSet

PLANS = {"quick": "48 pixels, about two hours on two cores (twice that or more where they have no bfloat16)",
         "full": "the paper's folds and size, for a GPU or days",
         "minutes": "a trial: tiny trainings, whose verdicts mean nothing"}
CONTROLS, RUNS, DIFFERENCES = "controls", "runs", "differences"     # groups, and folders of the store
SEEDS = [1, 2, 3, 4, 5]
AS_OFTEN = 1000 / 1046              # steps for each image to train on: as often as the twin's are seen in a thousand
FEWEST, MOST = 1000, {"quick": 2000, "full": 8000}      # steps of the controls
BOTH = {"augment": True, "dropout": True}
VARIANTS = {"CNN+AD": BOTH, "CNN": {}, "CNN+A": {"augment": True}, "CNN+D": {"dropout": True},
            "CNN with biases": {"bias": True}}
ONE_THING = ({"rate": .001}, {"initialisation": "paper"}, {"normalisation": "full"}, {"rescale": False},
             {"decay_biases": False}, {"replacement": False})
OF_FOLDS = "variants", "biases", "earlier"      # claims that are paired by fold


@dataclass(frozen=True)
class Plan:
    name: str
    size: int                       # pixels of the networks by the stopping rule
    items: list[dict]               # of a list of runs
    cannot: dict[str, str] = field(default_factory=dict)        # claim of the rules → why it is not testable here
    measured: frozenset | None = None       # groups that are measured; None: all

    @property
    def jobs(self) -> list[Job]:
        """In the order in which they are trained."""
        return [replace(job, item=number) for number, item in enumerate(self.items, 1) for job in jobs_of(**item)]

    @property
    def trial(self) -> bool:
        return self.name == "minutes"


def plan_for(own: OwnSet, name: str) -> Plan:
    """The networks for a set, by what it has: action units, people, folds."""
    makers = {"quick": quick, "full": full, "minutes": minutes}
    return replace(makers[name](own), cannot=cannot(own, name))


def quick(own: OwnSet) -> Plan:
    """Controls of five seeds, and the variants by the stopping rule on as few folds as a pair by fold takes."""
    folds = range(LEAST) if own.folds >= LEAST else []
    return Plan("quick", 48, [*controls(own, matched(own, "quick"), SEEDS), *variants(own, 48, folds)])


def full(own: OwnSet) -> Plan:
    """The same controls; all folds at the paper's size, and one difference from the released recipe at a time."""
    return Plan("full", 96, [*controls(own, matched(own, "full"), SEEDS), *variants(own, 96, range(own.folds)),
                             *differences(own, 96, range(min(LEAST, own.folds)))])


def minutes(own: OwnSet) -> Plan:
    """One network a kind, of twenty steps: nothing is learned, and every page is there. Only controls are measured."""
    short = {"steps": 20, "every": 10, "k": 1}
    runs = [item(own, 48, RUNS, changes | short, [0], [1]) for changes in (BOTH, {})]
    return Plan("minutes", 48, [*controls(own, 20, [1]), *runs], measured=frozenset({CONTROLS}))


def matched(own: OwnSet, plan: str) -> int:
    """Steps of the networks that only their labels tell apart."""
    return int(min(max(FEWEST, 100 * round(AS_OFTEN * own.trained_on / 100)), MOST[plan]))


def controls(own: OwnSet, steps: int, seeds: list[int]) -> list[dict]:
    """Fold 0, 48 pixels, the same number of steps: expressions, shuffled labels, people; and CNN+AD, of twice as many,
    at the first of which chapters look closely."""
    def of(changes: dict, **labels) -> dict:
        return item(own, 48, CONTROLS, changes, [0], seeds, recipe="quick", **labels)

    length = {"steps": steps, "every": steps}
    both = BOTH | {"steps": 2 * steps, "every": 2 * steps}
    people = [of(length, identity=True)] if own.people else []
    return [of(both), of(length), of(length, shuffled=True), *people]


def variants(own: OwnSet, size: int, folds) -> list[dict]:
    """By the stopping rule."""
    ending = {"k": 1, "every": 50 if size == 48 else 250, "patience": 1500}
    return [item(own, size, RUNS, changes | ending, list(folds), [1]) for changes in VARIANTS.values() if folds]


def differences(own: OwnSet, size: int, folds) -> list[dict]:
    ending = {"k": 1, "every": 250, "patience": 1500}
    return [item(own, size, DIFFERENCES, one | BOTH | ending, list(folds), [1]) for one in ONE_THING]


def item(own: OwnSet, size: int, group: str, changes: dict, folds: list[int], seeds: list[int], **more) -> dict:
    """Weights stay: where a reader corrects action units, networks are asked again, and not trained again."""
    return {"group": group, "faces": own.asked(size), "changes": changes, "folds": folds, "seeds": seeds, **more}


def cannot(own: OwnSet, plan: str) -> dict[str, str]:
    """Of each claim that is not testable on this set, by this plan, why, in a sentence."""
    found = {}
    if not own.codes:
        found["units"] = (f"Of {own.called} no action units are known here: the drawn probe asks, on the page "
                          "on photographs.")
    if not own.people:
        found["identity"] = f"{own.called} does not say who its images show: there is no network of people."
    if own.folds < LEAST:
        count = "one official fold" if own.folds == 1 else f"{own.folds} folds"
        found |= dict.fromkeys((*OF_FOLDS, "differences"), f"{own.called} has {count}; a pair by fold takes {LEAST}.")
    elif plan == "quick":
        found["differences"] = ("The quick plan trains no networks that differ from the released recipe in one thing; "
                                "the full one does.")
    if plan == "minutes":
        every = (*OF_FOLDS, "differences", "parts", "units", "photographs", "identity", "interventions")
        found = dict.fromkeys(every, "This is a trial, of one network a kind.") | found
    return found
