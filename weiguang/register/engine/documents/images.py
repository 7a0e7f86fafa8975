"""A picture that was handed in, drawn anew: nothing is left of it but what the eye sees."""

import io
from typing import Final

from PIL import Image, ImageOps

from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError

# Phones write several pictures into one JPEG (MPO); the first is the photograph.
_READ: Final = {"jpeg": ("JPEG",), "png": ("PNG",)}
_KEPT_MODES: Final = {"1", "L", "RGB"}
_PASS: Final = b"\xff\xda"
# Bytes that the decoder keeps of each pixel of a photograph in passes: three, or six without the
# usual halving of colours.
_HELD: Final = 6
_QUALITY: Final = 88
_PREVIEW_QUALITY: Final = 72


def cleaned_image(content: bytes, media: str) -> tuple[bytes, bytes]:
    """The picture without anything it says about itself, and a small one of it.

    Turned upright first: the turn is among what is left out. Raises `RefusedDocumentError`.
    """
    # Nobody but `_bare` holds the picture as it came: it is let go as soon as it is copied.
    clean = _bare(_upright(content, media))
    return _written(clean, media), preview_of(clean)


def _upright(content: bytes, media: str) -> Image.Image:
    image = _opened(content, media)
    if media == "png" and getattr(image, "n_frames", 1) > 1:
        raise RefusedDocumentError("moving")
    if media == "jpeg":
        _refuse_what_is_slow(content, image)
    try:
        _draw_smaller(image)
        if _drawn_bytes(image) > LIMITS.drawn_bytes:
            raise RefusedDocumentError("bomb")
        # Smaller first, turned afterwards, each in its place: there is never a second large one.
        image.thumbnail((LIMITS.edge, LIMITS.edge))
        ImageOps.exif_transpose(image, in_place=True)
    except (OSError, ValueError, SyntaxError, EOFError) as cause:
        raise RefusedDocumentError("broken") from cause
    return image


def preview_of(image: Image.Image) -> bytes:
    """A small JPEG of a picture."""
    small = image.resize(_within(image.size, LIMITS.preview_edge), reducing_gap=2)
    return _saved(small.convert("RGB"), "JPEG", quality=_PREVIEW_QUALITY)


def _within(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """The size of a picture shrunk so that its longer side is no longer than the edge."""
    by = max(1.0, max(size) / edge)
    return max(1, round(size[0] / by)), max(1, round(size[1] / by))


def _refuse_what_is_slow(content: bytes, image: Image.Image) -> None:
    """What comes in passes is held whole until the last one, and may have thousands of them."""
    # Inside a pass these two bytes never stand beside one another.
    if content.count(_PASS) > LIMITS.passes:
        raise RefusedDocumentError("bomb")
    is_in_passes = bool(image.info.get("progressive"))
    if is_in_passes and image.width * image.height * _HELD > 2 * LIMITS.drawn_bytes:
        raise RefusedDocumentError("bomb")


def _draw_smaller(image: Image.Image) -> None:
    """Let the decoder itself shrink a very large photograph; it can halve, three times over."""
    for by in (1, 2, 4, 8):
        if _drawn_bytes(image) <= LIMITS.drawn_bytes * by * by:
            image.draft("RGB", (max(1, image.width // by), max(1, image.height // by)))
            return


def _drawn_bytes(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())


def _opened(content: bytes, media: str) -> Image.Image:
    # Sizes are judged here, before a pixel is read, and by our own ceiling.
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(content), formats=_READ[media])
    except (OSError, ValueError, SyntaxError) as cause:
        raise RefusedDocumentError("broken") from cause
    if image.width * image.height > LIMITS.pixels:
        raise RefusedDocumentError("bomb")
    return image


def _bare(image: Image.Image) -> Image.Image:
    """The pixels on a new canvas, on white where they were transparent."""
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(image, mask=image.getchannel("A"))
        return canvas
    if image.mode not in _KEPT_MODES:
        image = image.convert("RGB")
    canvas = Image.new(image.mode, image.size)
    canvas.paste(image)
    return canvas


def _written(image: Image.Image, media: str) -> bytes:
    if media == "png":
        return _saved(image, "PNG")
    return _saved(
        image if image.mode in {"L", "RGB"} else image.convert("RGB"), "JPEG", quality=_QUALITY
    )


def _saved(image: Image.Image, form: str, **how: int) -> bytes:
    into = io.BytesIO()
    image.save(into, form, **how)
    return into.getvalue()
