"""The answer to the book's question in three lines, which follow from the verdicts and change with them.

    for line in answer(found(records)):
        print(line.text)        # "On drawn faces: yes. The typical filter picks the face …"
"""
from dataclasses import dataclass, field

from ...analysis.words import INCONCLUSIVE, NO_DIFFERENCE, NOT, NOT_TESTABLE, PARTLY, SUPPORTED
from ..numbers import typeset
from .found import Found

ANSWERS = {SUPPORTED: "yes", PARTLY: "in part", NOT: "no", NO_DIFFERENCE: "no difference that matters",
           INCONCLUSIVE: "not clear yet", NOT_TESTABLE: "not known yet"}
SAME = "For the same reason."
MOVES = ("on average a unit of CK+’s criteria raises its expression’s probability {ours} points more than other units "
         "do (untrained {theirs})")


@dataclass(frozen=True)
class Question:
    """What a line is about, and the comparisons that say it in numbers; of these the first that was made."""
    asked: str
    numbers: dict[str, str]         # comparison → a sentence with what was measured of ours and theirs
    times: float = 1.               # so many times what was measured stands in it
    also: dict[str, str] = field(default_factory=dict)         # likewise, a sentence that stands after it


QUESTIONS = {
    "units": Question("On {faces}", {
        "held out, above no training": "The typical filter picks the face that shows its action unit {ours} times "
                                       "in 100 (untrained {theirs})"}, 100,
        {"keep their unit one by one": "When units come alone, {ours} in 100 filters keep theirs"}),
    "photographs": Question("Learned from photographs", {
        "above no training": "The best filter for a unit picks the drawn face that shows it {ours} times in 100 "
                             "(CNN+AD and CNN; untrained {theirs})"}, 100),
    "interventions": Question("Used as in CK+’s criteria", {
        "photographs, above no training": f"In networks of photographs, {MOVES}",
        "twin, above no training": f"In networks of drawings, {MOVES}"})}


@dataclass(frozen=True)
class Line:
    claim: Found
    asked: str
    answer: str                     # follows from the verdict alone
    why: str                        # sentences: what is wanting, if the claim cannot be tested, and the numbers

    @property
    def text(self) -> str:
        return f"{self.asked}: {self.answer}. {self.why}".strip()


def answer(claims: dict[str, Found], faces: str = "drawn faces") -> list[Line]:
    """One for each of QUESTIONS. faces: what the set that is asked about is called. What is wanting is said once."""
    lines, said = [], set()
    for name, question in QUESTIONS.items():
        claim = claims[name]
        lacks = SAME if claim.lacks in said else claim.lacks
        said |= {claim.lacks} - {""}
        lines.append(Line(claim, question.asked.format(faces=faces), ANSWERS[claim.word], why(claim, question, lacks)))
    return lines


def why(claim: Found, question: Question, lacks: str) -> str:
    first, after = (in_numbers(claim, sentences, question)[:1] for sentences in (question.numbers, question.also))
    return " ".join([lacks] * bool(lacks) + first + after)


def in_numbers(claim: Found, sentences: dict[str, str], question: Question) -> list[str]:
    """Of the comparisons that were made."""
    return [f"{sentence}.".format(ours=whole(question.times * one.ours), theirs=whole(question.times * one.theirs))
            for name, sentence in sentences.items() if (one := claim.compared.get(name)) and one.ours is not None]


def whole(value: float) -> str:
    return typeset(value, ".0f")
