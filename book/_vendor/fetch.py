"""Fetch the JavaScript of the pages, which load nothing from another host: `python book/_vendor/fetch.py`.

Packages come through the npm client, at the versions and with the digests below; only the files named here
are kept, those named .gz compressed, with the licences (two archives have none: LICENSE.html-manager is that of
ipywidgets, its home, and onnx/LICENSE that of the Python package onnxruntime, of the same repository). For
another version change both here; `npm pack NAME@VERSION` and `sha256sum` give the digest. anywidget's version
is that of requirements.lock, which a test compares.
"""
import gzip
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# npm name and version: (sha256 of the archive, {file, or folder with "/", in it: the same here})
PACKAGES = {
    "mathjax@3.2.2": ("1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09", {
        "es5/tex-chtml.js": "mathjax/tex-chtml.js",             # TeX in, HTML and CSS out, one file
        "es5/input/tex/extensions/": "mathjax/input/tex/extensions/",   # for \boldsymbol and others
        "es5/output/chtml/fonts/woff-v2/": "mathjax/output/chtml/fonts/woff-v2/",
        "LICENSE": "mathjax/LICENSE"}),
    "requirejs@2.3.8": ("777158e89275e16bd51aec3ef714fbcb5dc45789e7078659933bc814916d7dec", {
        "require.js": "widgets/require.js"}),                   # loads the two below; licence at its top
    "@jupyter-widgets/html-manager@1.0.15": (
        "2b9d65cb7913e1c7d671757a10008b32c9c2448d4429513371e55c07d6107638", {
            "dist/embed-amd.js": "widgets/embed-amd.js.gz",     # ipywidgets without a kernel
            "dist/1551f4f60c37af51121f.woff2": "widgets/1551f4f60c37af51121f.woff2",    # its icons
            "dist/embed.js.LICENSE.txt": "widgets/LICENSE.html-manager-parts"}),
    "@fortawesome/fontawesome-free@5.15.4": (                   # home of that font
        "6d890608585d48f50f6434a90ed3f581e76d360edb26800dba2f782ef3e77e11", {
            "LICENSE.txt": "widgets/LICENSE.fontawesome"}),
    "anywidget@0.11.0": ("44efed0d0c9999ec94cd3a86e317e902591f01df8edb3c8006b7e390b7e15ed8", {
        "dist/index.js": "widgets/anywidget.js",
        "LICENSE": "widgets/LICENSE.anywidget"}),
    "onnxruntime-web@1.30.0": ("d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71", {
        # runs the network in the page
        "dist/ort.wasm.bundle.min.mjs": "onnx/ort.js",      # servers know .js better
        "dist/ort-wasm-simd-threaded.wasm": "onnx/ort.wasm.gz"}),
}


def fetch(package: str, digest: str, files: dict[str, str]):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
        [archive] = Path(folder).glob("*.tgz")
        if (found := hashlib.sha256(archive.read_bytes()).hexdigest()) != digest:
            raise SystemExit(f"{package}: the archive's sha256 is {found}, not {digest}.")
        with tarfile.open(archive) as tar:
            contents = {member.name.removeprefix("package/"): member for member in tar if member.isfile()}
            for source, target in files.items():
                inside = source.endswith("/")
                names = [name for name in contents if name == source or (inside and name.startswith(source))]
                if not names:
                    raise SystemExit(f"{package} has no {source}; mend PACKAGES in {__file__}.")
                for name in names:
                    path = HERE / (target + name.removeprefix(source))
                    path.parent.mkdir(parents=True, exist_ok=True)
                    data = tar.extractfile(contents[name]).read()
                    path.write_bytes(gzip.compress(data, 9, mtime=0) if target.endswith(".gz") else data)


if __name__ == "__main__":
    for package, (digest, files) in PACKAGES.items():
        fetch(package, digest, files)
        print(package)
