"""A picture that was handed in, drawn anew: nothing is left of it but what the eye sees."""

import io
from typing import Final

from PIL import Image, ImageOps

from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError

# Phones write several pictures into one JPEG (MPO); the first is the photograph.
_READ: Final = {"jpeg": ("JPEG",), "png": ("PNG",)}
_KEPT_MODES: Final = {"1", "L", "RGB"}
_QUALITY: Final = 88
_PREVIEW_QUALITY: Final = 72


def cleaned_image(content: bytes, media: str) -> tuple[bytes, bytes]:
    """The picture without anything it says about itself, and a small one of it.

    Turned upright first: the turn is among what is left out. Raises `RefusedDocumentError`.
    """
    image = _opened(content, media)
    if media == "png" and getattr(image, "n_frames", 1) > 1:
        raise RefusedDocumentError("moving")
    try:
        # Lets the decoder itself shrink a very large photograph.
        image.draft("RGB", (LIMITS.edge, LIMITS.edge))
        upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError) as cause:
        raise RefusedDocumentError("broken") from cause
    upright.thumbnail((LIMITS.edge, LIMITS.edge))
    clean = _bare(upright)
    return _written(clean, media), preview_of(clean)


def preview_of(image: Image.Image) -> bytes:
    """A small JPEG of a picture."""
    small = image.convert("RGB")
    small.thumbnail((LIMITS.preview_edge, LIMITS.preview_edge))
    return _saved(small, "JPEG", quality=_PREVIEW_QUALITY)


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
