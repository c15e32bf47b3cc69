// A closing drawer gives focus back to what had it, but it does not see into a shadow tree, and it is drawn anew after
// every press in it: so we look when it is gone for good.
let watch

function giveBack(button) {
  clearInterval(watch)
  let without = 0
  watch = setInterval(() => {
    without = document.querySelector('[role="dialog"]') ? 0 : without + 1
    const lost = without > 1 && document.activeElement === document.body
    if (lost && button.isConnected) button.focus({ preventScroll: true })
    if (lost || without > 60) clearInterval(watch)
  }, 150)
}

