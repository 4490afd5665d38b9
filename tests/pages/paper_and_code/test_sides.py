"""The paper, its code and the book beside each other."""
from types import SimpleNamespace

from fer_lib import Recipe
from fer_lib.pages.paper_and_code.sides import READ_IN, of_recipes, rows_of, sides


def run_of(size, **fields):
    return SimpleNamespace(recipe=Recipe.released(augment=True, dropout=True, **fields), as_released=True,
                           config={"dataset": {"parameters": {"size": size}}})


def test_a_field_of_recipes_is_said_once_where_they_agree():
    recipes = {"live": Recipe(k=1.), "stored": Recipe(k=1., rate=.1), "other": Recipe(k=1.)}
    assert of_recipes(recipes, "k", "{:g}".format) == "1"
    assert of_recipes(recipes, "rate") == "0.01 (live and other), 0.1 (stored)"


def test_the_book_s_side_is_its_recipes():
    page = sides([run_of(48, patience=1500, k=1.), run_of(96, steps=5000)]).data
    assert "fan-in (live), released (stored at 48 and stored at 96); k 1 (live and stored at 48), drawn" in page
    assert "at most 31,000 (stored at 48), 5,000 (stored at 96) batches of 64" in page
    assert "fewer once validation has not risen for 1,500 (stored at 48), no early stop (stored at 96)" in page
    assert page.count("<tr>") == 1 + 2 * 9 and page.count("<td") == 27


def test_each_row_of_the_code_says_where_it_was_read():
    assert list(READ_IN) == list(rows_of({}))
    assert sides().data.count("<code") == len(READ_IN)


def test_only_runs_of_the_released_recipe_are_told_of():
    unlike, plain = run_of(48, steps=7), run_of(48, steps=7)
    unlike.as_released, plain.recipe = False, Recipe.released(steps=7)
    assert sides([run_of(96), unlike, plain]).data == sides([run_of(96)]).data
    assert "at &lt;b&gt;" in sides([run_of("<b>"), run_of(96, steps=7)]).data
