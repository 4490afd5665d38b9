"""The scripts in book/_vendor are of the versions installed, and fetched with their digests compared."""

import gzip
import importlib.util
import io
import re
import tarfile
from importlib.metadata import distribution

import pytest
from tiny_book import ROOT

VENDOR = ROOT / "book/_vendor"


@pytest.fixture
def fetching(tmp_path, monkeypatch):
    """fetch.py, writing into a temporary folder, with an npm that packs what `archive` holds."""
    spec = importlib.util.spec_from_file_location("fetch", VENDOR / "fetch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path / "kept")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in {
            "package/dist/a.js": b"a",
            "package/fonts/b.woff": b"b",
            "package/c.js": b"c",
            "package/d.wasm": bytes(1000),
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    module.archive = buffer.getvalue()

    def npm(command, cwd, **options):
        assert command[:2] == ["npm", "pack"]
        (module.Path(cwd) / "some-1.0.0.tgz").write_bytes(module.archive)

    monkeypatch.setattr(module.subprocess, "run", npm)
    return module


def test_only_the_files_named_are_kept(fetching):
    digest = fetching.hashlib.sha256(fetching.archive).hexdigest()
    fetching.fetch("some@1.0.0", digest, {"dist/a.js": "here/a.js", "fonts/": "there/"})
    kept = {
        path.relative_to(fetching.HERE).as_posix(): path.read_bytes() for path in fetching.HERE.rglob("*.*")
    }
    assert kept == {"here/a.js": b"a", "there/b.woff": b"b"}
    fetching.fetch("some@1.0.0", digest, {"d.wasm": "here/d.wasm.gz"})
    compressed = (fetching.HERE / "here/d.wasm.gz").read_bytes()
    assert len(compressed) < 100 and gzip.decompress(compressed) == bytes(1000)
    with pytest.raises(SystemExit, match="has no nothing.js"):
        fetching.fetch("some@1.0.0", digest, {"nothing.js": "x.js"})


def test_an_archive_with_another_digest_is_refused(fetching):
    with pytest.raises(SystemExit, match="some@1.0.0: the archive's sha256 is .*, not 0123"):
        fetching.fetch("some@1.0.0", "0123", {"dist/a.js": "here/a.js"})
    assert not fetching.HERE.exists()


def test_every_file_that_fetch_names_is_there_and_no_other(fetching):
    targets = [target for _, files in fetching.PACKAGES.values() for target in files.values()]
    assert not [target for target in targets if not (VENDOR / target).exists()]
    others = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and not path.relative_to(VENDOR).as_posix().startswith(tuple(targets))
    }
    assert {name for name in others if "__pycache__" not in name} == {
        "fetch.py",
        "widgets/LICENSE.html-manager",
        "onnx/LICENSE",
    }


def test_the_version_of_anywidget_is_that_of_the_lock_file(fetching):
    [version] = [
        name.removeprefix("anywidget@") for name in fetching.PACKAGES if name.startswith("anywidget@")
    ]
    assert re.search(rf"^anywidget=={re.escape(version)}$", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    [installed] = [
        file.locate()
        for file in distribution("anywidget").files
        if file.as_posix().endswith("site-packages/anywidget/nbextension/index.js")
        or file.as_posix() == "anywidget/nbextension/index.js"
    ]
    assert (VENDOR / "widgets/anywidget.js").read_text(encoding="utf-8") == installed.read_text(encoding="utf-8")


def test_the_scripts_are_of_the_versions_named(fetching):
    said = {
        "mathjax": ("mathjax/tex-chtml.js", r'VERSION="3\.[0-9.]*"'),
        "requirejs": ("widgets/require.js", r"@license RequireJS [0-9.]*"),
    }
    for name, (file, pattern) in said.items():
        [version] = [package.split("@")[1] for package in fetching.PACKAGES if package.startswith(name + "@")]
        assert version in re.search(pattern, (VENDOR / file).read_text(encoding="utf-8"))[0]
