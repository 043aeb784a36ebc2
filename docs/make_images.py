"""Take the picture of the report that README and documentation show.

``python -m docs.make_images`` compares the outlets of the example corpus, writes the report, opens
it in a Chromium without a window, and keeps its findings and its first chart, one below the other,
as ``docs/images/report.png``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

import framing

PICTURE = Path(__file__).resolve().parent / "images" / "report.png"
WIDTH = 1000
HEIGHT = 1600
MARGIN = 30
# What is shown: a section of the page, and what is hidden unless it is in that section.
SCREENS = (
    ("found", "section, nav, footer"),
    ("m-loaded-rate", "section, nav, footer, header, h1, p, table, details, figure ~ *"),
)
LARGEST = 200_000  # bytes
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

NO_BROWSER = "no browser found: one of {names} must be on the path"
TOO_LARGE = "{path} has {size:,} bytes, more than {limit:,}; make the window smaller"


def take_picture(address: str, picture: Path) -> None:
    """Open an address in a browser without a window, and keep what it shows."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(NO_BROWSER.format(names=", ".join(BROWSERS)))
    with tempfile.TemporaryDirectory() as profile:
        options = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
            f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{HEIGHT}",
            "--force-device-scale-factor=1.5",
            f"--screenshot={picture}",
        )
        subprocess.run([browser, *options, address], capture_output=True, check=True)


def without_foot(image: Image.Image) -> Image.Image:
    """Cut off the empty foot of a picture."""
    background = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, background).getbbox()
    assert box is not None
    return image.crop((0, 0, image.width, min(box[3] + MARGIN, image.height)))


def alone(page: str, part: str, others: str) -> str:
    """Hide all of a page but one section; a browser without a window does not scroll."""
    others = f":is({others}):not(#{part}, #{part} *, :has(#{part}))"
    return page.replace("</style>", f"body {others} {{ display: none; }}</style>", 1)


def main() -> None:
    """Make the report, take its picture, and make that small."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    corpus = framing.read_corpus(framing.example_corpus_folder())
    comparison = framing.compare(framing.score(corpus))
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = framing.write_report(
            comparison, Path(folder) / "report.html", title="Five outlets, the same events"
        )
        shots = []
        for number, (part, others) in enumerate(SCREENS):
            shown = Path(folder) / f"{number}.html"
            shown.write_text(alone(page.read_text("utf-8"), part, others), "utf-8")
            raw = Path(folder) / f"{number}.png"
            take_picture(shown.as_uri(), raw)
            with Image.open(raw) as image:
                shots.append(without_foot(image.convert("RGB")))
        whole = Image.new("RGB", (shots[0].width, sum(s.height for s in shots)), "white")
        top = 0
        for shot in shots:
            whole.paste(shot, (0, top))
            top += shot.height
        # a page has few colours: a palette makes it a third of the size
        whole.quantize(96).save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    if size > LARGEST:
        raise SystemExit(TOO_LARGE.format(path=PICTURE, size=size, limit=LARGEST))
    print(f"{PICTURE}: {size:,} bytes")


if __name__ == "__main__":
    main()
