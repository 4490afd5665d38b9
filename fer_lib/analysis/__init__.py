"""Questions asked of a trained network: do its filters correspond to action units, and could it be chance?

`responses` are what filters answer to images, `attribution` is the way back to the pixels (guided backpropagation).
`samples` holds what is asked of: responses, independent cases, their units. `divergence` and `ranks` (AUC) measure how
a response differs where a unit is present; `chance` says what shuffled units would give. `selection` chooses a unit for
each filter, or a filter for each unit, on some people, and scores it on others, beside that score's null;
`units_of_set` asks so of the set that a network was trained on; `specificity` asks whether filters keep their unit
where units come one by one; `multiverse` how much a unit depends on choices of the analysis, `rotations` whether a
filter is special, `ablation` whether the network uses it. `probe` finds each unit's best filter against a drawn
person's rest, and `crosstalk` what that filter answers to all other units; `places`, `regions`, `furrows`, `likeness`
and `sanity` ask a network about drawn faces. `interventions` adds a unit to resting faces, `changed` takes one away and
goes from an expression to another, `doses` raises it, `turned` takes its filters out or turns them up; `intervened`
keeps all that, and `effects` says which of it counts. `layers`, `homogeneity`, `first_pass`, `smoothness`
and `contrast` take a network apart, and what it is shown. `measures` keeps the answers of whole networks beside their
runs, `queue` says of a list which are done, to be measured and to come, and `networks` reads all as a table. From that
`rules` decide every verdict, as rules.yml says, and which runs were made before them; `comparisons` has intervals, p
and their correction, `words` the verdicts' words. `baselines` are methods before such networks, `accuracies` sets them
beside the networks, and `bootstrap` says how far one is ahead on other people. `python -m fer_lib.analysis` trains,
measures and verifies.

Nothing here draws or prints: pages and chapters do, with what they get from here.
"""
from .chance import FamilyWise, family_wise, p_value, permutation_null
from .divergence import divergence, histograms
from .ranks import auc, rank_sums, sample_auc
from .samples import Sample, sample_of
from .words import VERDICTS

__all__ = ["VERDICTS", "FamilyWise", "Sample", "auc", "divergence", "family_wise", "histograms", "p_value",
           "permutation_null", "rank_sums", "sample_auc", "sample_of"]
