"""What workflows may do: the code that they use is fixed, and where the repository runs nothing may be written."""
import re
from pathlib import Path

import pytest
import yaml

FILES = sorted((Path(__file__).parents[1] / ".github/workflows").glob("*.y*ml"))
HARMLESS = {"none", "read"}


def faults(text: str) -> list[str]:
    """What is wrong with a workflow."""
    found = [f"not one commit, with its version: {line.strip()}" for line in text.splitlines()
             if re.match(r"[\s-]*uses\s*:", line)
             and not re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} +# v\d+\.\d+\.\d+$", line)]
    workflow = yaml.safe_load(text)
    whole = workflow.get("permissions", "write-all")            # what GitHub may give where nothing is said
    if writes(whole):
        found.append("every job may write")
    if "pull_request_target" in str(workflow[True]):            # YAML 1.1 reads `on` so
        found.append("what strangers propose runs with the repository's rights")
    for name, job in workflow["jobs"].items():
        steps = job.get("steps", [])
        checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
        if checkouts and writes(job.get("permissions", whole)):
            found.append(f"{name} runs the repository's code, and may write")
        if any(step.get("with", {}).get("persist-credentials") is not False for step in checkouts):
            found.append(f"{name} leaves its token to the repository's code")
        if any("${{" in step.get("run", "") for step in steps):
            found.append(f"{name} pastes a value into its shell")
        if checkouts and any("github.token" in str(step) or "secrets." in str(step) for step in steps):
            found.append(f"{name} hands a token to the repository's code")
        if "timeout-minutes" not in job:
            found.append(f"{name} has no end")
    return found


def writes(permissions: str | dict) -> bool:
    levels = permissions.values() if isinstance(permissions, dict) else [permissions.removesuffix("-all")]
    return bool(set(levels) - HARMLESS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_gives_nothing_away(path):
    assert not faults(path.read_text(encoding="utf-8"))


def test_there_are_workflows_and_the_pages_are_deployed_by_a_job_of_their_own():
    [jobs] = [yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"] for path in FILES if path.name == "pages.yml"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "build": {"contents": "read"}, "deploy": {"pages": "write", "id-token": "write"},
        "notebooks": {"contents": "write"}}
    assert jobs["deploy"]["needs"] == "build"
    assert "make pdf" in [step.get("run") for step in jobs["build"]["steps"]], "the pages, and what is printed of them"
    assert ["run" in step for step in jobs["deploy"]["steps"]] == [False]


SOUND = """
on: push
permissions: {}
jobs:
  build:
    timeout-minutes: 9
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789   # v4.2.2
        with: {persist-credentials: false}
      - run: make book
"""


@pytest.mark.parametrize("old, new, fault", [
    ("0123456789012345678901234567890123456789   # v4.2.2", "v4", "not one commit"),
    ("   # v4.2.2", "", "not one commit"), ("# v4.2.2", "# v4", "not one commit"),
    ("permissions: {}\n", "", "every job may write"),
    ("permissions: {}", "permissions: write-all", "every job may write"),
    ("{contents: read}", "{contents: read, id-token: write}", "build runs the repository's code, and may write"),
    ("    permissions: {contents: read}\n", "    permissions: write-all\n", "and may write"),
    ("        with: {persist-credentials: false}\n", "", "leaves its token"),
    ("make book", "make ${{ github.ref }}", "pastes a value"), ("    timeout-minutes: 9\n", "", "no end"),
    ("- run: make book", "- {run: make book, env: {T: '${{ github.token }}'}}", "hands a token"),
    ("on: push", "on: [pull_request_target]", "strangers")])
def test_what_would_be_a_fault_is_found(old, new, fault):
    assert not faults(SOUND) and old in SOUND
    assert any(fault in one for one in faults(SOUND.replace(old, new)))
