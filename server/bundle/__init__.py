"""The bundle: one export format that proves itself without this software's server (design, section 11).

    make.py     signed events + receipts + keys -> a zip, byte for byte the same for the same input
    archive.py  a zip from anybody -> its files, or a clear refusal
    verify.py   files -> BundleReport, or the first thing that is wrong
    page.py     the same facts as one page a person can read, which verifies itself in a browser

The format is told in docs/bundle.md.
"""

from server.bundle.verify import BundleReport, verify_bundle

__all__ = ["BundleReport", "verify_bundle"]
