// Buttons are kept and refilled, so that a live refresh never takes the focus away.
export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const known = new Map([...strip.children].map((button) => [button.dataset.key, button]));
  for (const tile of data.tiles) {
    const button = known.get(tile.key) ?? strip.appendChild(made(tile.key));
    known.delete(tile.key);
    button.querySelector(".label").textContent = tile.label;
    button.querySelector(".count").textContent = tile.count;
    button.title = tile.hint;
    button.setAttribute("aria-label", `${tile.label}: ${tile.count}`);
    button.setAttribute("aria-pressed", String(tile.active));
    button.onclick = () => setTriggerValue("pick", tile.key);
  }
  known.forEach((button) => button.remove());
}

function made(key) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.key = key;
  for (const part of ["label", "count"]) {
    const span = document.createElement("span");
    span.className = part;
    button.append(span);
  }
  return button;
}
