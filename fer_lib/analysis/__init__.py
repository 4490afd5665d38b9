"""Questions asked of a trained network: do its filters correspond to action units, and could it be chance?

A map of its files, by question:

    What is asked
        responses       what filters answer to images
        samples         responses, independent cases and their units: what statistics are computed of
        layers, first_pass, homogeneity, smoothness, contrast       a network taken apart, and what it is shown
    How a response differs where a unit is present
        divergence      Kullback–Leibler, of two histograms (the paper's)
        ranks           AUC
        chance          the permutation null of any such statistic, and family-wise p; `selection` hands it the AUC
    A unit for each filter
        selection       AUC of filters chosen on some people, scored on others, and its null; all filters together
        units_of_set    the same of the set that a network was trained on, within expressions, too
        specificity     do filters keep their unit where units come one by one?
        multiverse      how much the unit depends on choices of the analysis
        rotations       is a filter special, or would any mixture do?
    A filter for each unit, on drawn people
        probe           each unit against the same person's rest; the best filter chosen on half of the people and
                        scored on the others
        crosstalk       what that filter answers to all other units
    Where, and what it looks like
        attribution     guided backpropagation (Captum), from a neuron back to the pixels
        likeness, sanity        of its pictures: to others, and to those of random weights
        places, regions, furrows        where on the face filters respond, and what moves there
    Does the network use it?
        ablation        filters taken out, on faces that were not trained on
        interventions   a unit added to drawn resting faces; `changed` takes one away and goes from one expression to
                        another, `doses` raises it, `turned` takes a unit's filters out or turns them up, on drawn faces
        effects         which of these effects count
    Whole networks, and verdicts
        measures        the answers of a network, kept in its run's folder (analysis.json); `intervened`: those of
                        interventions
        queue           which runs of a list are done, to be measured, to come; trains and measures them
        networks        all of them as one table
        rules           every verdict, as rules.yml states it; `comparisons` has intervals, p and their correction,
                        `words` the verdicts' words
        baselines, accuracies, bootstrap        methods before such networks, beside them, and how far these are ahead

`python -m fer_lib.analysis` trains, measures and verifies. Nothing here draws or prints: pages and chapters do, with
what they get from here.
"""
from .chance import FamilyWise, family_wise, p_value, permutation_null
from .divergence import divergence, histograms
from .ranks import auc, rank_sums, sample_auc
from .samples import Sample, sample_of
from .words import VERDICTS

__all__ = ["VERDICTS", "FamilyWise", "Sample", "auc", "divergence", "family_wise", "histograms", "p_value",
           "permutation_null", "rank_sums", "sample_auc", "sample_of"]
