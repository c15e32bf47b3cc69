// Rows are kept by id and only what changed is written, so a live refresh moves neither scroll nor focus.
// Text from people goes through textContent and attributes only, never through markup.

const CHANNELS = { sms: "SMS", email: "Email", whatsapp: "WhatsApp" }
const DOING = { pause: "Pausing…", resume: "Resuming…" }
const FALLING_FIRST = new Set(["sent_at", "retries"])
const tables = new WeakMap()

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let table = tables.get(parentElement)
  if (!table) tables.set(parentElement, (table = new RequestTable(parentElement)))
  table.setState = setStateValue
  table.trigger = setTriggerValue
  table.show(data)
  return () => table.close()
}

class RequestTable {
  constructor(root) {
    this.root = root
    this.body = root.querySelector("tbody")
    this.table = root.querySelector("table")
    this.all = root.querySelector("thead input")
    this.template = root.querySelector("template")
    this.rows = new Map()
    this.ticked = new Set()
    this.stamp = -1
    this.pending = new Map()
    this.number = 0
    this.table.onclick = event => this.click(event)
  }

  show({ rows, sort, selection, received }) {
    this.sort = sort
    this.settle(received)
    // An echo of an older selection must not undo a tick made meanwhile.
    if (selection.stamp >= this.stamp) {
      this.stamp = selection.stamp
      this.ticked = new Set(selection.ids)
    }
    this.table.removeAttribute("aria-busy")
    this.markSort(sort)
    this.arrange(rows)
    this.markTicks()
  }

  arrange(rows) {
    const focused = this.root.activeElement
    const wanted = new Set(rows.map(row => row.id))
    for (const [id, tr] of this.rows) if (!wanted.has(id)) tr.remove(), this.rows.delete(id)
    rows.forEach((row, place) => {
      const tr = this.rows.get(row.id) ?? this.create(row.id)
      this.fill(tr, row)
      if (this.body.children[place] !== tr) this.body.insertBefore(tr, this.body.children[place] ?? null)
    })
    if (focused?.isConnected && focused !== this.root.activeElement) focused.focus({ preventScroll: true })
  }

  create(id) {
    const tr = this.template.content.firstElementChild.cloneNode(true)
    tr.dataset.id = id
    this.rows.set(id, tr)
    return tr
  }

  fill(tr, row) {
    const was = tr.row
    tr.row = row
    const text = JSON.stringify(row)
    if (tr.text === text) return
    tr.text = text
    const [tick, name, address, sender, channel, date, status, retries, action, held] = tr.children
    tick.firstElementChild.ariaLabel = `Select ${row.name}`
    write(name.firstElementChild, row.name, row.name)
    write(name.lastElementChild, row.address, row.address)
    write(address.firstElementChild, row.address, row.address)
    write(sender.firstElementChild, row.sent_by, row.sent_by)
    write(channel.firstElementChild, CHANNELS[row.channel] ?? row.channel)
    write(channel.lastElementChild, row.sent_by, row.sent_by)
    write(date.firstElementChild, row.date_label, row.date_title)
    write(date.lastElementChild, row.next_label, row.next_title)
    write(retries, String(row.retries))
    retries.classList.toggle("none", row.retries === 0)
    write(held.firstElementChild, row.held, row.held)
    tr.classList.toggle("held", Boolean(row.held))
    this.fillStatus(status, row)
    if (was && (was.status !== row.status || was.paused !== row.paused)) flash(status)
    this.fillAction(action.firstElementChild, row)
  }

  fillStatus(cell, row) {
    const [pill, paused] = cell.children
    const waits = row.paused && row.status === "queued"
    pill.dataset.status = row.status
    pill.classList.toggle("unseen", waits)
    pill.title = row.status_title
    pill.querySelector("use").setAttribute("href", `#${row.status === "sending" ? "queued" : row.status}`)
    pill.lastElementChild.textContent = row.status_label
    paused.hidden = !row.paused
    paused.title = waits && row.status_title ? row.status_title : "Paused by a person"
    paused.classList.toggle("small", !waits)
  }

  fillAction(button, row) {
    const doing = this.pending.get(row.id)
    button.hidden = !row.action
    if (!row.action) return
    const word = row.action === "pause" ? "Pause" : "Resume"
    button.lastElementChild.textContent = doing ? DOING[doing.verb] : word
    button.querySelector("use").setAttribute("href", `#${row.action}`)
    button.ariaLabel = `${doing ? DOING[doing.verb] : word} ${row.name}`
    button.ariaDisabled = doing ? "true" : null
  }

  click(event) {
    const tr = event.target.closest("tbody tr")
    const button = event.target.closest("button")
    if (event.target === this.all) this.tickAll(this.all.checked)
    else if (event.target.matches("input")) this.tick(tr, event.target.checked, event.shiftKey)
    else if (button?.closest("th")) this.order(button.closest("th").dataset.column)
    else if (button?.closest(".name")) this.open(tr, button)
    else if (button?.closest(".action")) this.act(tr)
  }

  open(tr, button) {
    this.trigger("open", tr.row.id)
    giveBack(button)
  }

  act(tr) {
    const { id, action: verb } = tr.row
    if (!verb || this.pending.has(id)) return
    this.pending.set(id, { number: ++this.number, id, verb })
    this.fillAction(tr.querySelector(".action button"), tr.row)
    this.deliver(4)
  }

  // A second trigger can replace one still on its way, so everything unreceived is said again until the server has it.
  deliver(tries) {
    clearTimeout(this.again)
    if (!this.pending.size) return
    if (!tries) return this.settle(Infinity)
    this.trigger("action", [...this.pending.values()])
    this.again = setTimeout(() => this.deliver(tries - 1), 2500)
  }

  settle(received) {
    if (received !== Infinity) this.number = Math.max(this.number, received)
    for (const { number, id } of [...this.pending.values()]) {
      if (number > received) continue
      this.pending.delete(id)
      const tr = this.rows.get(id)
      if (tr) this.fillAction(tr.querySelector(".action button"), tr.row)
    }
    if (!this.pending.size) clearTimeout(this.again)
  }

  order(column) {
    const same = this.sort.column === column
    const sort = { column, descending: same ? !this.sort.descending : FALLING_FIRST.has(column) }
    this.sort = sort
    this.markSort(sort)
    this.table.ariaBusy = "true"
    this.trigger("sort", sort)
  }

  markSort({ column, descending }) {
    for (const th of this.root.querySelectorAll("th[data-column]")) {
      th.ariaSort = th.dataset.column === column ? (descending ? "descending" : "ascending") : "none"
    }
  }

  tick(tr, on, range) {
    const all = [...this.body.children]
    const here = all.indexOf(tr)
    const from = range && this.last?.isConnected ? all.indexOf(this.last) : here
    for (const { row } of all.slice(Math.min(from, here), Math.max(from, here) + 1)) this.mark(row.id, on)
    this.last = tr
    this.sendTicks()
  }

  tickAll(on) {
    for (const id of this.rows.keys()) this.mark(id, on)
    this.sendTicks()
  }

  mark(id, on) {
    if (on) this.ticked.add(id)
    else this.ticked.delete(id)
  }

  sendTicks() {
    this.stamp += 1
    this.markTicks()
    this.setState("selection", { ids: [...this.ticked], stamp: this.stamp })
  }

  markTicks() {
    let count = 0
    for (const [id, tr] of this.rows) {
      const on = this.ticked.has(id)
      count += on
      tr.firstElementChild.firstElementChild.checked = on
      tr.classList.toggle("ticked", on)
    }
    this.all.checked = count > 0 && count === this.rows.size
    this.all.indeterminate = count > 0 && count < this.rows.size
  }

  close() {
    clearTimeout(this.again)
  }
}

function write(element, text, title) {
  element.textContent = text
  if (title) element.title = title
}

function flash(cell) {
  cell.classList.remove("changed")
  void cell.offsetWidth
  cell.classList.add("changed")
}
