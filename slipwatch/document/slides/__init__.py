"""Slides: a pack drawn into a template, ours or the reader's own."""

from slipwatch.document.slides.filling import Filled, render_slides

__all__ = ["Filled", "render_slides"]
