// Rows are kept by id, so that what has focus keeps it. Text from people goes through textContent only.
const NEXT = { "": "name", name: "-name", "-name": "" }
const WORDS = { "": "none", name: "ascending", "-name": "descending" }

export default function ({ data, parentElement, setTriggerValue }) {
  const body = parentElement.querySelector("tbody")
  const template = parentElement.querySelector("template").content.firstElementChild
  const header = parentElement.querySelector("th.name")
  header.ariaSort = WORDS[data.order]
  header.firstElementChild.title = data.order ? "" : "Newest first; press to sort by name"
  header.firstElementChild.onclick = () => setTriggerValue("order", NEXT[data.order])
  const known = new Map([...body.children].map(tr => [tr.dataset.id, tr]))
  const wanted = data.rows.map(row => {
    const tr = known.get(String(row.id)) ?? template.cloneNode(true)
    fill(tr, row)
    tr.onclick = event => {
      if (!event.target.closest("button") && String(getSelection())) return  // text was marked, to be copied
      setTriggerValue("open", row.id)
      giveBack(tr.querySelector("button"))
    }
    return tr
  })
  if (wanted.length !== body.children.length || wanted.some((tr, place) => body.children[place] !== tr))
    body.replaceChildren(...wanted)
}

function fill(tr, row) {
  tr.dataset.id = row.id
  for (const cell of tr.children) {
    const text = row[cell.className]
    const place = cell.firstElementChild ?? cell
    if (place.textContent !== text) place.textContent = text
    cell.title = text
  }
}
