"""What a camera sees, as uncompressed video for Chromium's fake camera: a code in the middle of a white page."""

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT, FRAMES = 640, 480, 10
BLACK, WHITE, GREY = 16, 235, 128

_CODE_39 = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw",
    "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn", "*": "nwnnwnwnn",
}  # fmt: skip
"""Nine elements a character, bar and space by turns, narrow or wide (ISO/IEC 16388)."""


def flags(video: Path) -> tuple[str, ...]:
    """A browser whose camera plays this film, and which lets the app use it."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    )


def film(path: Path, rows: Sequence[str], module_pixels: int = 14) -> None:
    """Dark modules are anything but a dot."""
    left = (WIDTH - len(rows[0]) * module_pixels) // 2
    top = (HEIGHT - len(rows) * module_pixels) // 2
    light = bytearray([WHITE]) * (WIDTH * HEIGHT)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            if module == ".":
                continue
            for line in range(module_pixels):
                start = (top + y * module_pixels + line) * WIDTH + left + x * module_pixels
                light[start : start + module_pixels] = bytes([BLACK]) * module_pixels
    colour = bytes([GREY]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + bytes(light) + colour
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * FRAMES)


def code_39(number: str) -> list[str]:
    """The bar code on a student's card: digits between two stars, three modules a wide element."""
    bars = "".join(
        ("." if place % 2 else "#") * (3 if element == "w" else 1)
        for character in f"*{number}*"
        for place, element in enumerate(_CODE_39[character] + "n")
    )
    return [bars] * 40
