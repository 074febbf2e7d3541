"""Wellspring's look: water and teal on quiet greys, system fonts, light only."""

from __future__ import annotations

import gradio as gr

FONTS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "sans-serif",
)
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace")
WATER = gr.themes.Color(
    name="water", c50="#eef8f7", c100="#d9f0ee", c200="#b4dfdd", c300="#84c8c7", c400="#4dabae", c500="#218f95",
    c600="#0f7c85", c700="#0f646d", c800="#11505a", c900="#12333a", c950="#0a2228",
)  # fmt: skip
STONE = gr.themes.Color(
    name="stone", c50="#f7f9f9", c100="#eff3f3", c200="#e2e9ea", c300="#cfd8da", c400="#9aa9ad", c500="#6b7d82",
    c600="#506267", c700="#33474d", c800="#22353b", c900="#14262c", c950="#0b181d",
)  # fmt: skip


def theme() -> gr.themes.Base:
    """Return the theme; the dark variables repeat the light ones, so both schemes look the same."""
    base = gr.themes.Base(
        primary_hue=WATER, secondary_hue=WATER, neutral_hue=STONE, font=FONTS, font_mono=MONO,
        radius_size=gr.themes.sizes.radius_md, text_size=gr.themes.sizes.text_md,
    ).set(
        body_background_fill="#f6f9f9", body_text_color="*neutral_800", block_background_fill="#ffffff",
        background_fill_primary="#ffffff", background_fill_secondary="#f6f9f9", block_border_width="0px",
        block_shadow="none", border_color_primary="*neutral_200", input_background_fill="#ffffff",
        button_primary_background_fill="*primary_600", button_primary_background_fill_hover="*primary_700",
        button_primary_text_color="#ffffff", color_accent_soft="*primary_50",
    )  # fmt: skip
    for name in [name for name in vars(base) if name.endswith("_dark")]:
        setattr(base, name, getattr(base, name.removesuffix("_dark")))
    return base
