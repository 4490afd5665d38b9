"""How fast are the faces drawn, and in how much memory?

    python benchmarks/faces.py                  # the default twin, cold: with one worker, then with all cores
    python benchmarks/faces.py --sequences 40 --subjects 20         # a smaller one

Each row is a fresh process that draws without the cache; memory is the peak of its largest process (resident set).
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import time

from report import machine, markdown, peak_memory, report


def measure(subjects: int, sequences: int, workers: int) -> dict:
    """Draw a twin in this process and its workers; importing the library and reading the head count."""
    started = time.monotonic()
    from fer_lib.faces import draw_twin, render_frames

    people, frames = draw_twin(subjects, sequences)
    render_frames(people, frames, workers=workers, progress=False)
    seconds = time.monotonic() - started
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)     # a worker's peak is known when it has ended
    return {"images": len(frames), "seconds": seconds,
            "MB": max(peak_memory(), peak_memory(resource.RUSAGE_CHILDREN))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=118, help="people (default: %(default)s)")
    parser.add_argument("--sequences", type=int, default=327, help="of four images (default: %(default)s)")
    parser.add_argument("--workers", type=int, help="measure only this number of processes, and print it as JSON")
    given = parser.parse_args()
    if given.workers:
        print(json.dumps(measure(**vars(given))))
        return
    sizes, rows = ["--subjects", str(given.subjects), "--sequences", str(given.sequences)], []
    for workers in sorted({1, os.cpu_count()}):
        command = [sys.executable, __file__, *sizes, "--workers", str(workers)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
        rows.append([str(workers), f"{row['images']:,}", row["seconds"], row["images"] / row["seconds"],
                     row["images"] / row["seconds"] / rows[0][3] if rows else 1., f"{row['MB']:,.0f}"])
    header = "workers", "images", "seconds", "images/s", "times the speed of one", "MB of the largest process"
    report("faces", f"*{machine()}; nothing in the cache, reading the head counts.*\n\n{markdown(header, rows)}")


if __name__ == "__main__":
    main()
