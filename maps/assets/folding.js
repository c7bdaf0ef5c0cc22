// A list of the bar that a word opens (<details>): it closes where one goes elsewhere, or by Esc.

/** `when()` says whether it floats; where it stands in a list of its own, it is left alone. */
export function folding(details, when = () => true) {
  const close = () => { if (details.open && when()) details.open = false; };
  document.addEventListener("click", ({ target }) => { if (!details.contains(target)) close(); });
  details.addEventListener("focusout", ({ relatedTarget: to }) => { if (to && !details.contains(to)) close(); });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open || !when()) return;
    event.stopPropagation();
    close();
    details.querySelector("summary").focus();
  });
}
