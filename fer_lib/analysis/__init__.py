"""Questions asked of a trained network: do its filters correspond to action units, and could it be chance?

`samples` holds what is asked of: responses, independent cases, their units. `divergence` and `ranks` (AUC) measure how
a response differs where a unit is present; `chance` says what shuffled units would give. `selection` chooses a unit for
each filter, or a filter for each unit, on some people, and scores it on others; `specificity` asks whether filters keep
their unit where units come one by one. `seeds` compares whole networks, `intervals` and `speed` compare recipes, and
`verdicts` has the words and rules for what becomes of a claim.

Nothing here draws or prints: pages and chapters do, with what they get from here.
"""
from .chance import FamilyWise, family_wise, p_value, permutation_null
from .divergence import divergence, histograms
from .ranks import auc, rank_sums, sample_auc
from .samples import Sample, sample_of
from .verdicts import VERDICTS, verdict_of_comparisons, verdict_of_facts

__all__ = ["VERDICTS", "FamilyWise", "Sample", "auc", "divergence", "family_wise", "histograms", "p_value",
           "permutation_null", "rank_sums", "sample_auc", "sample_of", "verdict_of_comparisons", "verdict_of_facts"]
