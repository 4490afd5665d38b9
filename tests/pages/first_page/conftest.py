import pytest

from fer_lib.analysis.rules import rules
from fer_lib.pages import claims


@pytest.fixture
def judged(glued):
    """judged(units=table, …): the records that chapters leave of these claims."""
    def judge(**tables):
        glued.clear()
        for claim, networks in tables.items():
            claims.glue_comparisons(f"of_{claim}", rules()[claim].judge(networks), networks)
        return [record | {"chapter": f"chapter_of_{record['claim']}"} for record in glued.values()]
    return judge
