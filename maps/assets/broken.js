// What goes wrong in the page itself is said on it, once: a map that is blank without a word looks
// like a quiet sea. No module: it has to be there when modules are not.

(() => {
  const LONGEST = 160;
  // A browser's note that a box grew while it was measured: nothing is amiss.
  const HARMLESS = /^ResizeObserver loop/;
  let said = false;

  function tell(why) {
    const box = document.getElementById("broken");
    if (said || HARMLESS.test(why) || box === null) return;
    said = true;
    const begun = window.vedetta !== undefined;
    box.classList.toggle("later", begun);
    const words = document.getElementById("broken-text");
    words.textContent = `${begun ? box.dataset.later : box.dataset.start} (${why.slice(0, LONGEST)})`;
    document.getElementById("broken-again").addEventListener("click", () => location.reload());
    document.getElementById("broken-close").addEventListener("click", () => { box.hidden = true; });
    box.hidden = false;
  }

  const text = (error) => String(error?.message ?? error ?? "").trim();

  addEventListener("error", (event) => {
    const file = event.target?.src ?? event.target?.href; // of a script or a sheet that did not come
    if (file) tell(new URL(file, location.href).pathname);
    else if (event.filename?.startsWith(location.origin) || !event.filename) tell(text(event.message));
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => {
    if (reason?.name !== "AbortError") tell(text(reason));
  });
})();
