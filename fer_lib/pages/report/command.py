"""`python -m fer_lib.pages report`: what it is told, and how it ends. Whatever is wrong with what the user named is a
sentence on stderr, and status 2."""
import argparse
import sys
from fractions import Fraction

from ...system.console import argument, say, sentence
from .asking import POOLS
from .made import places, report

EXAMPLES = """examples:
  python -m fer_lib.pages report mine.py:features --out report.html
      a function of yours: images (N, 1, S, S) uint8 in, responses (N, F) out
  python -m fer_lib.pages report resnet.py:network --layer layer3 --size 224 --channels 3 \\
      --mean .485,.456,.406 --std .229,.224,.225
      a torch module, or a function that makes it, and one of its layers
  python -m fer_lib.pages report model.onnx --layer /features/conv5/Relu_output_0 --std 1/255
      a tensor of an ONNX file; it sees 0 to 255
  python -m fer_lib.pages report resnet.py:network --layer layer3 --classes anger,disgust,fear,happy,sad,surprise
      and what units do to what it says"""


@argument
def numbers(text: str) -> tuple[float, ...]:
    """.485,.456,.406, or 1/255"""
    try:
        return tuple(float(Fraction(one.strip())) for one in text.split(","))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{text!r} must be one number, or one for each channel, as .485,.456,.406") from error


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def add_to(commands):
    parser = commands.add_parser(
        "report", help="ask any network which action units its filters know", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Ask any network which action units its filters know, with drawn faces: one page of HTML, and its "
                    "numbers as JSON beside it.")
    parser.add_argument("network", help="FILE.py:NAME, a function of images or a torch module; or FILE.onnx")
    parser.add_argument("--layer", help="of a module, as named_modules() calls it; of an ONNX file, a tensor")
    parser.add_argument("--out", default="report.html", metavar="FILE.html", help="default: report.html")
    parser.add_argument("--title", help="what the page calls the network")
    seeing = parser.add_argument_group("how the network sees a face (in [0, 1], less the mean, by the deviation)")
    seeing.add_argument("--size", type=int, metavar="PIXELS", help="of a side (default: the ONNX file's, else 96)")
    seeing.add_argument("--channels", type=int, help="to which the grey face is repeated (default: 1)")
    seeing.add_argument("--mean", type=numbers, help="one number, or one for each channel (default: 0)")
    seeing.add_argument("--std", type=numbers, help="the same; 1/255 for a network that sees 0 to 255 (default: 1)")
    asking = parser.add_argument_group("what it is asked")
    asking.add_argument("--pool", choices=POOLS, help="of a filter's map, or of tokens: the maximum, as the paper "
                                                      "takes it, or the mean (default: max)")
    asking.add_argument("--classes", type=names, default=(), metavar="NAME,NAME,…",
                        help="of the network's output, in its order; those that are expressions are asked about")
    asking.add_argument("--fresh", metavar="FILE.py:NAME", help="the same network before training (default: a module's "
                                                                "weights are drawn anew)")
    asking.add_argument("--batch", type=int, default=32, help="images at once; fewer need less memory (default: 32)")
    asking.add_argument("--shuffles", type=int, default=1000, help="of each permutation null (default: 1000)")
    asking.add_argument("--seed", type=int, default=0)
    parser.set_defaults(do=make)


def make(given):
    options = {name: value for name, value in vars(given).items() if name not in ("do", "network", "out")}
    try:
        made = report(given.network, out=given.out, **options)
    except (OSError, ValueError, ImportError) as error:
        print(sentence(error), file=sys.stderr)
        sys.exit(2)
    say("\n".join(made.found["answer"]))
    say("{} and {}".format(*places(given.out)))
