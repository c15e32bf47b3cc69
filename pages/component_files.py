"""A component whose markup, looks and behaviour are files beside its module."""

from pathlib import Path

from streamlit.components.v2 import component


def from_files(name: str, module: str, stem: str, *shared: str):
    """Registers the component `name` from `stem`.html, .css and .js in the folder of `module`, a `__file__`, with the
    `shared` scripts beside this module before it."""
    html, css, js = (Path(module).with_name(f"{stem}.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    scripts = [Path(__file__).with_name(one).read_text("utf-8") for one in shared]
    return component(name, html=html, css=css, js="".join([*scripts, js]))
