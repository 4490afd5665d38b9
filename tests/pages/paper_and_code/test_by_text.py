"""Runs by the text beside those by the code."""
from made_runs import faces_of, run_of

from fer_lib.pages.paper_and_code import by_text
from fer_lib.pages.paper_and_code.by_text import described, glue_by_text, losses, matching


def test_text_and_code_are_told_apart():
    by_code, by_text = run_of("CNN", 0), run_of("CNN", 0, initialisation="paper", rate=.001, normalisation="full")
    assert described(by_code) == "as released"
    assert described(by_text) == "rate 0.001, first weights k / inputs, full normalisation"
    assert matching([by_code, run_of("CNN", 1), run_of("CNN", 0, pixels=96)], [by_text]) == [by_code]


def test_losses_have_a_line_for_each_run():
    axes, = losses([run_of("CNN", 0)], ["as released"]).axes
    assert axes.lines[0].get_ydata().tolist() == [2., .5, .1]


def test_the_text_s_recipe_is_judged_on_validation(glued):
    run = run_of("CNN", 0, initialisation="paper")
    run.metrics["validation"] = {"interval": [.4, .6], "n": 4}
    glue_by_text([run_of("CNN", 1), run], lambda pixels: faces_of())            # the commonest class: half
    assert {name: (record["value"], record["n"], record["display"]) for name, record in glued.items()} == {
        "paper_and_code_text": (False, 4, "at chance"), "paper_and_code_text_steps": (30, None, "30")}
    run.metrics["validation"]["interval"] = [.51, .7]
    glue_by_text([run], lambda pixels: faces_of())
    assert glued["paper_and_code_text"]["display"] == "above chance"


def test_without_such_a_run_it_says_so(capsys):
    by_text.show_by_text([run_of("CNN", 0)], [], lambda pixels: faces_of(), "toy")
    assert capsys.readouterr().out == "there is no stored run of toy by the text\n"
