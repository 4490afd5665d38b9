"""What makes chapters run again, and the explorer's files anew: a digest of all that they read."""
import pytest
from fer_book import explorer_assets, inputs, inputs_digest
from tiny_book import ROOT


@pytest.mark.parametrize(
    "name",
    [
        "fer_lib/network.py",
        "fer_lib/faces/head.npz",
        "fer_lib/pages/interactive/common.js",
        "fer_lib/pages/explore/boot.js",
        "book/results/run/weights.safetensors",
        "book/paper.csv",
        "requirements.lock",
    ],
)
def test_the_digest_is_of_what_chapters_read(tmp_path, name):
    assert digest_changes_with(tmp_path / name, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "fer_lib/__pycache__/network.cpython-311.pyc",
        "fer_lib/.network.py.swp",
        "fer_lib/pages/explore/face.js",
        "fer_lib/pages/explore/explorer.css",
        "book/one.md",
        "book/references.bib",
        "book/parameters/ck_plus.yml",
        "book/_ext/fer_book.py",
        "book/_vendor/require.js",
        "book/results/runs/cnn.lock",
        "book/results/runs/cnn.partial/checkpoint.safetensors",
        "book/results/runs/cnn.partial/whole/metrics.json",
        "book/out.ipynb",
        "tests/test_network.py",
        "README.md",
    ],
)
def test_the_digest_is_of_nothing_else(tmp_path, name):
    assert not digest_changes_with(tmp_path / name, tmp_path)


def digest_of(root):
    (root / "requirements.lock").write_text("torch==2\n", encoding="utf-8")
    return inputs_digest(root)


def digest_changes_with(new, root):
    before = digest_of(root)
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(b"new")
    return inputs_digest(root) != before


def test_the_digest_is_of_the_versions_installed(tmp_path, monkeypatch):
    before = digest_of(tmp_path)
    monkeypatch.setattr("platform.python_version", lambda: "3.99")
    assert inputs_digest(tmp_path) != before


@pytest.fixture
def assets(monkeypatch):
    """assets(root): where the explorer's files lie for the book in `root`; assets.made: how often they were made."""

    def write(folder, networks, asked):
        folder.with_name("explorer.partial").mkdir(parents=True)
        if find.interrupted:
            raise KeyboardInterrupt
        folder.with_name("explorer.partial").rename(folder)
        find.made += 1

    def find(root):
        return explorer_assets(root, root / "_build")

    find.made, find.interrupted = 0, False
    monkeypatch.setattr("fer_lib.pages.explore.assets.write_assets", write)
    monkeypatch.setattr("fer_lib.pages.explore.networks.offered", lambda results: [])
    return find


def test_the_explorer_s_files_are_made_again_after_a_build_that_was_interrupted(tmp_path, assets):
    assets.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        assets(tmp_path)
    assets.interrupted = False
    assert (assets(tmp_path) / "explorer").is_dir() and assets(tmp_path) and assets.made == 1


@pytest.mark.parametrize(
    "name, anew",
    [
        ("fer_lib/pages/explore/face.js", True),
        ("book/_vendor/onnx/ort.js", True),
        ("fer_lib/runs/store.py", True),
        ("fer_lib/network.py", True),
        ("book/results/runs/cnn/config.json", True),
        ("book/results/runs/cnn/provenance.json", True),
        ("book/results/runs/cnn/weights.safetensors", True),
        ("book/results/runs/cnn.partial/checkpoint.safetensors", False),
        ("book/results/photographs/cnn/weights.safetensors", True),
        ("book/results/controls/cnn/config.json", False),
        ("book/one.md", False),
    ],
)
def test_the_explorer_s_files_are_made_anew_when_they_would_be_others(tmp_path, assets, name, anew):
    before = assets(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("new", encoding="utf-8")
    assert (assets(tmp_path) != before) == anew and assets.made == 1 + anew


def test_the_real_book_is_digested():
    names = {path.relative_to(ROOT).as_posix() for path in inputs(ROOT)}
    assert {"fer_lib/pages/notebooks.py", "fer_lib/datasets/reading.py", "requirements.lock"} <= names
    assert not any(name.endswith(".md") or "__pycache__" in name for name in names)
