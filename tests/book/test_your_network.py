"""The chapter `your_network`, and the scripts that made what it shows."""
import json
import re
import subprocess
import sys

import pytest
from safetensors.torch import load_file
from tiny_book import ROOT

from fer_lib.pages.notebooks import RESULTS
from fer_lib.runs.store import stored_run

NETWORKS = ROOT / "book/networks"


@pytest.mark.slow
def test_the_chapter_runs_with_a_report_of_one_s_own(run):
    page, numbers = run("your_network", shuffles=19, yours=str(RESULTS / "networks/resnet18.json"))
    assert re.search(r"For \d+ of 21 action units there is a filter", page) and "ResNet-18" in page
    assert numbers["net_edges_best"] > .8 and numbers["net_draws"] == 3


@pytest.mark.slow
def test_a_training_writes_weights_and_how_they_were_made(tmp_path):
    command = ["train.py", "vision_transformer", tmp_path / "new/vit.safetensors", "--epochs", "1"]
    done = subprocess.run([sys.executable, *command], capture_output=True, encoding="utf-8", cwd=NETWORKS)
    assert done.returncode == 0 and "of 82 held out" in done.stdout, done.stderr
    made = json.loads((tmp_path / "new/vit.json").read_text(encoding="utf-8"))
    assert made["epochs"] == 1 and made["steps"] == 31 and 0 <= made["accuracy"]["test"] <= 1
    weights = load_file(tmp_path / "new/vit.safetensors")
    assert weights["fc.weight"].shape == (8, 192)


def test_of_several_networks_of_photographs_one_with_weights_is_asked(monkeypatch):
    monkeypatch.syspath_prepend(NETWORKS)
    import ask
    run = ask.run_of("photographs")
    assert run.has_weights and run.recipe.variant == "CNN+AD" and run.config["dataset"]["name"] == "fer2013"


@pytest.mark.parametrize("arguments, said", [(["resnet18"], "resnet18 is asked with a file of weights"),
                                             (["cnn_ad", "x"], "cnn_ad is asked without a file of weights")])
def test_what_the_script_is_told_wrongly(arguments, said, monkeypatch, capsys):
    monkeypatch.syspath_prepend(NETWORKS)
    import ask
    monkeypatch.setattr(sys, "argv", ["ask.py", *arguments])
    with pytest.raises(SystemExit, match="2"):
        ask.main()
    assert said in capsys.readouterr().err


def test_the_paper_s_network_is_asked_as_the_book_asks_it(monkeypatch):
    """Behind what it sees; drawn anew by its own rule, a copy that leaves the stored one as it is."""
    import torch
    monkeypatch.syspath_prepend(NETWORKS)
    from ask import AsItSees

    from fer_lib.evaluation import predict
    from fer_lib.pages.report.fresh import fresh_copy
    stored = stored_run(size=48)
    images = torch.randint(256, (2, 1, 48, 48), dtype=torch.uint8)
    module = AsItSees(stored).eval()
    with torch.no_grad():
        torch.testing.assert_close(module(images / 255), predict(stored.network, images), atol=1e-4, rtol=1e-4)
    before = module.network.conv1.weight.clone()
    copy, why_not = fresh_copy(module)
    assert why_not == "" and torch.equal(module.network.conv1.weight, before)
    ratio = copy.network.conv3.weight.std() / stored.untrained.conv3.weight.std()
    assert ratio.item() == pytest.approx(1, abs=.02), "of the scale that it began with"
