"""Configuration of the documentation: ``make docs`` builds it, without the network."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import framing  # noqa: E402

project = "framing"
author = "the framing developers"
copyright = "2026, the framing developers"
version = release = framing.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "docs.build",
]
exclude_patterns = ["_build", "sg_execution_times.rst", "gallery/sg_execution_times.rst", "validation/*.txt"]
templates_path = ["_templates"]
# `name` in a docstring is a link where there is such a thing, and plain code otherwise.
default_role = "autolink"

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's tables say them
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # the template of classes lists them
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": [str(ROOT / "examples")],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py",
    "within_subsection_order": "docs.build.ReadingOrder",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "show_memory": False,
    "write_computation_times": False,
    "min_reported_time": 10_000,
    "default_thumb_file": str(ROOT / "docs" / "images" / "report.png"),
    "remove_config_comments": True,
    "ignore_repr_types": r"matplotlib.*",
    "capture_repr": ("_repr_html_", "__repr__"),
    "reset_modules": ("matplotlib",),
}

html_theme = "pydata_sphinx_theme"
html_title = "framing"
html_static_path = ["_static"]
html_css_files = ["framing.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
# Pages with nothing below them have no need of a list of what is.
html_sidebars = dict.fromkeys(("guide", "numbers", "validation", "scale", "gallery/index"), [])
