"""What a code on the screen says, read by ZXing from a picture of it, as any family's phone would."""

from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Locator

ZXING = Path(__file__).resolve().parents[2] / "web/node_modules/zxing-wasm/dist"
READ = """async ([wasm, picture]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    ZXingWASM.prepareZXingModule({ overrides: { wasmBinary: bytes(wasm).buffer } });
    const found = await ZXingWASM.readBarcodes(new Blob([bytes(picture)]), { formats: ["QRCode"], textMode: "Plain" });
    return found.map((one) => one.text);
}"""


def read_code(code: Locator) -> str:
    """The text of the one QR code this element shows."""
    page = code.page.context.new_page()
    page.evaluate((ZXING / "iife/reader/index.js").read_text(encoding="utf-8") + "; globalThis.ZXingWASM = ZXingWASM;")
    wasm = (ZXING / "reader/zxing_reader.wasm").read_bytes()
    (text,) = page.evaluate(READ, [b64encode(one).decode() for one in (wasm, code.screenshot())])
    page.close()
    return str(text)
