"""Lay the files of others that our pages use: named versions, named files, nothing else.

Run `python static/vendor/fetch.py` where npm is; the site itself needs neither. It packs each package with npm,
copies the named files and the licence to <name>/<version>/ (those of tests to tests/vendor/<name>-<version>/), removes
the line that names a source map (we ship none, and hashed static files would look for it), and prints a sha256 for
each file. `--check` only compares with SHA256SUMS.
"""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOR_TESTS = HERE.parents[1] / "tests/vendor"

# package, version, {file in the package: name here}
PACKAGES = (
    (
        "@tabler/core",
        "1.6.1",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/css/tabler.rtl.min.css": "tabler.rtl.min.css"},
    ),
    ("htmx.org", "2.0.11", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    ("sortablejs", "1.15.7", {"Sortable.min.js": "Sortable.min.js", "LICENSE": "LICENSE"}),
    (
        "plotly.js-basic-dist-min",
        "4.1.1",
        {"plotly-basic.min.js": "plotly-basic.min.js", "LICENSE": "LICENSE"},
    ),
)
# What only tests use lies beside them, so that the site never serves it.
TEST_PACKAGES = (
    (
        "axe-core",
        "4.14.1",
        {
            "axe.min.js": "axe.min.js",
            "LICENSE": "LICENSE",
            "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt",
        },
    ),
)


def folder(name: str, version: str) -> Path:
    """Return where a package lives: its name without sign or slash, then its version."""
    plain = name.lstrip("@").replace("/", "-")
    if any(name == package for package, _version, _files in TEST_PACKAGES):
        return FOR_TESTS / f"{plain}-{version}"
    return HERE / plain / version


def without_source_map(content: bytes) -> bytes:
    """Return the file without the comment that names a source map."""
    lines = content.rstrip().split(b"\n")
    tail = lines[-1].rfind(b"/*# sourceMappingURL=")
    if tail >= 0:
        lines[-1] = lines[-1][:tail]
    elif lines[-1].startswith(b"//# sourceMappingURL="):
        lines.pop()
    return b"\n".join(lines).rstrip() + b"\n"


def fetch() -> None:
    """Pack every package and copy its named files."""
    for name, version, files in PACKAGES + TEST_PACKAGES:
        with tempfile.TemporaryDirectory() as work:
            done = subprocess.run(
                ["npm", "pack", "--silent", f"{name}@{version}"],
                cwd=work,
                check=True,
                capture_output=True,
                text=True,
            )
            archive = (Path(work) / done.stdout.strip().splitlines()[-1]).read_bytes()
        target = folder(name, version)
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            for source, here in files.items():
                member = packed.extractfile(f"package/{source}")
                if member is None:
                    raise SystemExit(
                        f"{name} {version} has no {source}: look at its new layout, name the right file."
                    )
                content = member.read()
                is_code = here.endswith((".js", ".css"))
                (target / here).write_bytes(without_source_map(content) if is_code else content)


def sums() -> str:
    """Return one line per vendored file: sha256 and path."""
    files = sorted(path for path in (*HERE.glob("*/*/*"), *FOR_TESTS.glob("*/*")) if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {os.path.relpath(path, HERE)}\n" for path in files
    )


if __name__ == "__main__":
    record = HERE / "SHA256SUMS"
    if "--check" in sys.argv:
        if sums() != record.read_text():
            raise SystemExit(
                "A vendored file differs from SHA256SUMS: run fetch.py here and read the difference."
            )
        sys.stdout.write("Vendored files are as recorded.\n")
    else:
        fetch()
        record.write_text(sums())
        sys.stdout.write(sums())
